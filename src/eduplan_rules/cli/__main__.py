"""`python -m eduplan_rules.cli`."""

import sys

from eduplan_rules.cli.app import main

sys.exit(main())
