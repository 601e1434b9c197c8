"""As ``test_killed.py``, at other moments: in a file of its own, that two processes may run them."""

from killing import assert_kills_leave_batches_whole_or_absent

SEED = 20261126


def test_a_batch_is_whole_or_absent_after_a_kill_and_completed_by_a_repeat(books, tmp_path):
    assert_kills_leave_batches_whole_or_absent(books, tmp_path, SEED)
