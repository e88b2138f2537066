#include "sim/world.h"

#include <pthread.h>
#include <string.h>

static const char *const system_names[SYSTEM_COUNT] = {"population", "sms", "email"};
static const char *const system_titles[SYSTEM_COUNT] = {"Nüfus kütüğü", "SMS merkezi", "E-posta sunucusu"};
static const char *const fault_names[FAULT_COUNT] = {"none", "down", "slow", "answer_lost", "silent", "garbage"};
static const char *const fault_titles[FAULT_COUNT] = {"Çalışıyor",
                                                      "Kapalı",
                                                      "Yavaş (20 sn)",
                                                      "İşi yapıyor, yanıtı kayboluyor",
                                                      "İşi yapıyor, yanıtı da raporu da kayboluyor",
                                                      "Anlamsız yanıt veriyor"};

static struct {
    enum fault fault;
    int64_t times; /* 0: until changed */
} faults[SYSTEM_COUNT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

const char *system_name(enum system system)
{
    return system_names[system];
}

const char *system_title(enum system system)
{
    return system_titles[system];
}

const char *fault_name(enum fault fault)
{
    return fault_names[fault];
}

const char *fault_title(enum fault fault)
{
    return fault_titles[fault];
}

static int index_of(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return i;
    return -1;
}

bool system_from_name(const char *name, enum system *ret_system)
{
    int i = index_of(system_names, SYSTEM_COUNT, name);
    if (i >= 0) *ret_system = (enum system)i;
    return i >= 0;
}

bool fault_from_name(const char *name, enum fault *ret_fault)
{
    int i = index_of(fault_names, FAULT_COUNT, name);
    if (i >= 0) *ret_fault = (enum fault)i;
    return i >= 0;
}

void fault_set(enum system system, enum fault fault, int64_t times)
{
    pthread_mutex_lock(&lock);
    faults[system].fault = fault;
    faults[system].times = times;
    pthread_mutex_unlock(&lock);
}

enum fault fault_now(enum system system)
{
    pthread_mutex_lock(&lock);
    enum fault fault = faults[system].fault;
    pthread_mutex_unlock(&lock);
    return fault;
}

enum fault fault_take(enum system system)
{
    pthread_mutex_lock(&lock);
    enum fault fault = faults[system].fault;
    if (faults[system].times > 0 && --faults[system].times == 0) faults[system].fault = FAULT_NONE;
    pthread_mutex_unlock(&lock);
    return fault;
}

void fault_pause(void)
{
    for (int64_t end_ms = clock_monotonic_ms() + FAULT_PAUSE_MS; !world.is_ending && clock_monotonic_ms() < end_ms;)
        clock_pause_ms(100);
}
