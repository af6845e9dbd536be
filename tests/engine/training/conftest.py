import sys
from pathlib import Path

# The oracle stands beside the tests that ask it.
sys.path.insert(0, str(Path(__file__).parent))
