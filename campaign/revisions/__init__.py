"""What was changed of whatever is edited: by whom, when, by which door, old and new.

differences ─► service: a row of the history, beside the audit log's     wording ─► an operator's terminal
previewing ─► the change made, looked at and taken back                  histories ─► whoever asks what was changed
"""
