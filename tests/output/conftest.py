"""What every test of the output shares."""

import pytest

from gic_desktop.forms import catalogue


@pytest.fixture(autouse=True)
def _forms():
    """A form that one test adds is not there for the next."""
    yield
    catalogue.forget_added()
