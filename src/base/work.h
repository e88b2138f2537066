/*
 * Purpose: what a thread has had done by others, counted: acts on the database, messages to other programs, passwords
 * compared. For the debug log, and for the test that a log-in page costs the same for those it knows and those it does
 * not (spec 01, 1; spec 09, For attacks).
 */
#ifndef DIVIT_BASE_WORK_H
#define DIVIT_BASE_WORK_H

enum work { WORK_ACT, WORK_MESSAGE, WORK_PASSWORD, WORK_KINDS };

struct work_done {
    unsigned counts[WORK_KINDS];
};
void work_count(enum work kind);
void work_uncount(enum work kind); /* one that was due for all, and not the asker's */
void work_take(struct work_done *done); /* adds what this thread counted since it was last asked, and forgets it */

#endif
