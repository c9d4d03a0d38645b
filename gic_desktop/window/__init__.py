"""The window; the only package that knows Qt."""

from gic_desktop.window.late_signatures import import_qt

signatures = import_qt()
