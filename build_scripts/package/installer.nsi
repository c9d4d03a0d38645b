; The Windows installer. makensis -INPUTCHARSET UTF8, with VERSION, FOUR (version of four numbers),
; PAYLOAD (the program's folder), ICONS, OUT; FAST for quick compression; SIGN for a command that signs.
;
; Without administrator rights: for this user only. Started as administrator: for all users.
; Switches: /S silent · /CurrentUser · /AllUsers · /NoDesktop · /D=folder (last, without quotes).
; Exit status: 0 done · 1 cancelled · 3 this Windows is too old · 4 no administrator rights ·
; 5 the program is open. A 64-bit installer: a 32-bit Windows does not start it.
Unicode true
Target amd64-unicode
!ifdef FAST
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif

!define NAME "政府信息公开年报编制工具"
!define FOLDER "GIC Desktop"
!define TYPE "GicDesktop.Report"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\GIC Desktop"
!define OURS "Software\GIC Desktop"
!define OLDEST_BUILD 17763

Name "${NAME}"
OutFile "${OUT}"
BrandingText "GIC Desktop ${VERSION}"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
XPStyle on
ShowInstDetails nevershow
ShowUninstDetails nevershow

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh

!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

!define MUI_ICON "${ICONS}/app.ico"
!define MUI_UNICON "${ICONS}/app.ico"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "安装“${NAME}”"
!define MUI_WELCOMEPAGE_TEXT "本程序帮助编写政府信息公开工作年度报告：填表、核对勾稽关系、导出和打印。$\r$\n$\r$\n安装不需要管理员权限，也不需要联网。您已有的年报文件不会改动。$\r$\n$\r$\n按“下一步”继续。"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_TITLE "安装完成"
!define MUI_FINISHPAGE_TEXT "“${NAME}”已安装。桌面和开始菜单中有它的图标，双击年报文件（.gicr）也能打开。"
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_TEXT "现在打开"
!define MUI_FINISHPAGE_RUN_FUNCTION OpenTheProgram
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

VIProductVersion ${FOUR}
VIFileVersion ${FOUR}
VIAddVersionKey /LANG=2052 "ProductName" "GIC Desktop ${NAME}"
VIAddVersionKey /LANG=2052 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=2052 "FileDescription" "“${NAME}”安装程序"
VIAddVersionKey /LANG=2052 "CompanyName" "GIC Desktop"
VIAddVersionKey /LANG=2052 "LegalCopyright" "Apache License 2.0"

Var ForAll

!macro Scope
  ${If} $ForAll == 1
    SetShellVarContext all
  ${Else}
    SetShellVarContext current
  ${EndIf}
!macroend

; A program that runs cannot be opened for writing. Nothing is ended by force: work may be unsaved.
!macro AskToClose FILE ACTION
  ${Do}
    ClearErrors
    ${IfNot} ${FileExists} "${FILE}"
      ${ExitDo}
    ${EndIf}
    FileOpen $0 "${FILE}" a
    ${IfNot} ${Errors}
      FileClose $0
      ${ExitDo}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "“${NAME}”正在运行，无法${ACTION}。$\r$\n$\r$\n请先保存正在编写的年报并关闭程序，再按“重试”。" /SD IDCANCEL IDRETRY +3
      SetErrorLevel 5
      Quit
  ${Loop}
!macroend

Function .onInit
  SetRegView 64
  ReadRegStr $0 HKLM "SOFTWARE\Microsoft\Windows NT\CurrentVersion" "CurrentBuildNumber"
  ${If} $0 < ${OLDEST_BUILD}
    MessageBox MB_OK|MB_ICONSTOP "本程序需要 64 位的 Windows 10 1809 或更高版本（内部版本 ${OLDEST_BUILD} 以上）。$\r$\n$\r$\n这台电脑的内部版本是 $0，请换一台电脑，或联系技术人员升级系统。" /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}

  ${GetParameters} $R0
  StrCpy $ForAll 0
  UserInfo::GetAccountType
  Pop $1
  ${If} $1 == "Admin"
    StrCpy $ForAll 1
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/CurrentUser" $R1
  ${IfNot} ${Errors}
    StrCpy $ForAll 0
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/AllUsers" $R1
  ${IfNot} ${Errors}
    ${If} $1 != "Admin"
      MessageBox MB_OK|MB_ICONSTOP "为所有用户安装需要管理员权限：请右击安装程序，选择“以管理员身份运行”。不带 /AllUsers 时只为当前用户安装，不需要管理员权限。" /SD IDOK
      SetErrorLevel 4
      Quit
    ${EndIf}
    StrCpy $ForAll 1
  ${EndIf}
  !insertmacro Scope

  ; Empty unless /D= was given. An upgrade goes where the older version is.
  ${If} $INSTDIR == ""
    ReadRegStr $INSTDIR SHCTX "${OURS}" "InstallDir"
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $ForAll == 1
      StrCpy $INSTDIR "$PROGRAMFILES64\${FOLDER}"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${FOLDER}"
    ${EndIf}
  ${EndIf}
FunctionEnd

Function OpenTheProgram
  ; Through the shell: an installer started as administrator must not pass its rights on.
  Exec '"$WINDIR\explorer.exe" "$INSTDIR\gic-desktop.exe"'
FunctionEnd

Section
  !insertmacro Scope
  SetRegView 64
  !insertmacro AskToClose "$INSTDIR\gic-desktop.exe" "安装"
  !insertmacro AskToClose "$INSTDIR\gic.exe" "安装"
  ; Nothing of an older version stays behind; users' data are elsewhere.
  RMDir /r "$INSTDIR\_internal"
  SetOverwrite on
  SetOutPath "$INSTDIR"
  ClearErrors
  File /r "${PAYLOAD}/*"
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONSTOP "有文件无法写入：$INSTDIR$\r$\n$\r$\n请确认磁盘空间足够、该文件夹可以写入，然后重新安装。" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  File "${ICONS}/app-document.ico"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  DetailPrint "正在准备打印字体…"
  nsExec::Exec '"$INSTDIR\gic.exe" --prepare-fonts --into "$INSTDIR\_internal\resources\font_cache"'
  Pop $0 ; if that failed, fonts are prepared at the first export

  CreateDirectory "$SMPROGRAMS\${NAME}"
  CreateShortcut "$SMPROGRAMS\${NAME}\${NAME}.lnk" "$INSTDIR\gic-desktop.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}\卸载.lnk" "$INSTDIR\uninstall.exe"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/NoDesktop" $R1
  ${If} ${Errors}
    CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\gic-desktop.exe"
  ${EndIf}

  WriteRegStr SHCTX "Software\Classes\.gicr" "" "${TYPE}"
  WriteRegStr SHCTX "Software\Classes\.gicr" "Content Type" "application/x-gicr"
  WriteRegStr SHCTX "Software\Classes\.gicr\OpenWithProgids" "${TYPE}" ""
  WriteRegStr SHCTX "Software\Classes\${TYPE}" "" "政府信息公开工作年度报告"
  WriteRegStr SHCTX "Software\Classes\${TYPE}\DefaultIcon" "" "$INSTDIR\app-document.ico"
  WriteRegStr SHCTX "Software\Classes\${TYPE}\shell\open\command" "" '"$INSTDIR\gic-desktop.exe" "%1"'

  WriteRegStr SHCTX "${OURS}" "InstallDir" "$INSTDIR"
  WriteRegStr SHCTX "${OURS}" "Version" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "${NAME}（GIC Desktop）"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\gic-desktop.exe"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "GIC Desktop"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" "$0"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Function un.onInit
  SetRegView 64
  StrCpy $ForAll 0
  ReadRegStr $0 HKLM "${OURS}" "InstallDir"
  ${If} $0 == $INSTDIR
    StrCpy $ForAll 1
  ${EndIf}
FunctionEnd

Section Uninstall
  !insertmacro Scope
  SetRegView 64
  !insertmacro AskToClose "$INSTDIR\gic-desktop.exe" "卸载"
  !insertmacro AskToClose "$INSTDIR\gic.exe" "卸载"

  ; Only what the installer brought: somebody may keep a report in this folder.
  RMDir /r "$INSTDIR\_internal"
!include "${FILES}"
  Delete "$INSTDIR\app-document.ico"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}\${NAME}.lnk"
  Delete "$SMPROGRAMS\${NAME}\卸载.lnk"
  RMDir "$SMPROGRAMS\${NAME}"
  Delete "$DESKTOP\${NAME}.lnk"

  ReadRegStr $0 SHCTX "Software\Classes\.gicr" ""
  ${If} $0 == "${TYPE}"
    DeleteRegKey SHCTX "Software\Classes\.gicr"
  ${Else}
    DeleteRegValue SHCTX "Software\Classes\.gicr\OpenWithProgids" "${TYPE}"
  ${EndIf}
  DeleteRegKey SHCTX "Software\Classes\${TYPE}"
  DeleteRegKey SHCTX "${UNINSTALL}"
  DeleteRegKey SHCTX "${OURS}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

  ; What can be made again at any time.
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\${FOLDER}\cache"
  RMDir /r "$LOCALAPPDATA\${FOLDER}\logs"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/DeleteSettings" $R1
  ${If} ${Errors}
    MessageBox MB_YESNO|MB_DEFBUTTON2|MB_ICONQUESTION "是否同时删除本程序的设置和自动保存的历史版本？$\r$\n$\r$\n您的年报文件（.gicr）和尚未保存的内容在任何情况下都不会删除。" /SD IDNO IDNO keep
  ${EndIf}
  RMDir /r "$APPDATA\${FOLDER}\settings"
  RMDir /r "$LOCALAPPDATA\${FOLDER}\versions"
  keep:
  ; Work that was never saved stays; an empty journal goes.
  RMDir "$LOCALAPPDATA\${FOLDER}\journal"
  RMDir "$LOCALAPPDATA\${FOLDER}"
  RMDir "$APPDATA\${FOLDER}"
SectionEnd
