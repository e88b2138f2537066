#include "base/work.h"

static _Thread_local struct work_done counted;

void work_count(enum work kind)
{
    counted.counts[kind]++;
}

void work_uncount(enum work kind)
{
    counted.counts[kind]--;
}

void work_take(struct work_done *done)
{
    for (int i = 0; i < WORK_KINDS; i++) done->counts[i] += counted.counts[i];
    counted = (struct work_done){{0}};
}
