"""A fictional international organisation with everything a coordinator's folder holds, to try Salève on.

Nothing in it is real: every file is marked synthetic.
"""

from saleve.ems.demo.writing import write_demo

__all__ = ["write_demo"]
