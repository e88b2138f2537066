/* Purpose: what may be a new PIN (spec 02). Pure. */
#ifndef DIVIT_EIMZA_PIN_RULES_H
#define DIVIT_EIMZA_PIN_RULES_H

/* English (TR); NULL: it may. */
const char *new_pin_mistake(const char *pin);

#endif
