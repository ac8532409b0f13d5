"""What a rule of one's own begins with, for tests that write one."""

HEAD = """\
summary: Calls a treatment magical
severity: error
message: "“{match}” explains nothing"
remedy: Say what it does
why: Nobody can check magic.
standards: [FTC-HPCG]
"""
