/* Wine-only test stub: Windows 10+ has this class itself (Windows.UI.dll). Never ship. */
#include <windows.h>
#include <string.h>
typedef void *HSTR_;
static const GUID G_Unk={0,0,0,{0xC0,0,0,0,0,0,0,0x46}};
static const GUID G_Insp={0xAF86E2E0,0xB12D,0x4c6a,{0x9C,0x5A,0xD7,0xAA,0x65,0x10,0x1E,0x90}};
static const GUID G_Fact={0x00000035,0,0,{0xC0,0,0,0,0,0,0,0x46}};
static const GUID G_UI1={0x85361600,0x1C63,0x4627,{0xBC,0xB1,0x3A,0x89,0xE0,0xBC,0x9C,0x55}};
static const GUID G_UI3={0x03021BE4,0x5254,0x4781,{0x81,0x94,0x51,0x68,0xF7,0xD0,0x6D,0x7B}};
#define EQ(a,b) (!memcmp(a,&b,sizeof(GUID)))
typedef struct { unsigned char a,r,g,b; } Color;
static struct { void **v; } obj1, obj3, fact;
static ULONG WINAPI ref(void *t){return 2;}
static HRESULT WINAPI iids(void*t,ULONG*n,void**p){if(n)*n=0;if(p)*p=0;return S_OK;}
static HRESULT WINAPI cname(void*t,HSTR_*h){if(h)*h=0;return S_OK;}
static HRESULT WINAPI trust(void*t,int*l){if(l)*l=0;return S_OK;}
static HRESULT WINAPI qi_o(void*t,const GUID*i,void**o){
  if(EQ(i,G_UI3)){*o=&obj3;return S_OK;}
  if(EQ(i,G_UI1)||EQ(i,G_Insp)||EQ(i,G_Unk)){*o=&obj1;return S_OK;}
  *o=0;return E_NOINTERFACE;}
static HRESULT WINAPI qi_f(void*t,const GUID*i,void**o){
  if(EQ(i,G_Fact)||EQ(i,G_Insp)||EQ(i,G_Unk)){*o=&fact;return S_OK;}
  *o=0;return E_NOINTERFACE;}
static HRESULT WINAPI act(void*t,void**o){*o=&obj1;return S_OK;}
static HRESULT WINAPI ni(void){return E_NOTIMPL;}
static HRESULT WINAPI color(void*t,int type,Color*c){
  static const Color k[]={{255,255,255,255},{255,0,0,0},{255,0,38,66},{255,0,66,117},{255,0,90,158},{255,0,120,215},{255,66,156,227},{255,118,185,237},{255,166,216,255}};
  if(type>=0&&type<9){*c=k[type];return S_OK;} return E_INVALIDARG;}
static HRESULT WINAPI addh(void*t,void*h,INT64*tok){if(tok)*tok=1;return S_OK;}
static HRESULT WINAPI remh(void*t,INT64 tok){return S_OK;}
static void *v1[40]={qi_o,ref,ref,iids,cname,trust}, *v3[]={qi_o,ref,ref,iids,cname,trust,color,addh,remh}, *vf[]={qi_f,ref,ref,iids,cname,trust,act};
__declspec(dllexport) HRESULT WINAPI DllGetActivationFactory(HSTR_ name,void**o){
  for(int i=6;i<40;i++)v1[i]=ni; obj1.v=v1;obj3.v=v3;fact.v=vf;*o=&fact;return S_OK;}
__declspec(dllexport) HRESULT WINAPI DllCanUnloadNow(void){return S_FALSE;}
