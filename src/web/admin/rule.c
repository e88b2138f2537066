/* Rules of evidence (spec 10: data for each door), told in words and proposed as every change is. */
#include "application/application.h"
#include "statement/decision_statement.h"
#include "statement/registry.h"
#include "web/admin/admin.h"
#include "web/admin/page_admin_rule.h"

#include <string.h>

#define WAYS 3
#define ALL_DOORS "*"

static const struct form_rule rules[] = {
    {.name = "door", .length_max = 32},
    {.name = "way", .length_max = 20, .is_required = true, .missing = TR("Choose the way of the application")},
    {.name = "needs"}, /* boxes; stands here for their mistakes */
    {0},
};

static const char *const way_titles[WAYS] = {TR("on paper, signed by hand"), TR("signed electronically"),
                                             TR("with an electronic consent")};

static const char *need_title(size_t need)
{
    static const char *const titles[REGISTRY_NEED_COUNT] = {
        [NEED_TWO_PERSONS] = TR("received by one officer and approved by another, one of the two by card"),
        [NEED_ONE_PERSON] = TR("received and approved by one officer, both by card"),
        [NEED_APPLICANT] = TR("the applicant's electronic signature"),
        [NEED_CONSENT] = TR("a consent of the applicant's that stands"),
        [NEED_OWNER] = TR("the code sent to the owner's number, which was known for 72 hours"),
        [NEED_CARD_APPROVAL] = TR("approved by an officer by card"),
        [NEED_PASSKEY_APPROVALS] = TR("approved by two officers by passkey"),
    };
    return titles[need];
}

const char *admin_tell_rule(struct http_request *request, const struct registered_rule *rule)
{
    enum language language = http_language(request);
    struct arena *arena = http_arena(request);
    const char *way = rule->way, *needs = "";
    for (size_t i = 0; i < WAYS; i++) {
        if (strcmp(decision_way_words[i], rule->way) == 0) way = tr(language, way_titles[i]);
    }
    for (size_t need = 0; need < REGISTRY_NEED_COUNT; need++) {
        if ((rule->needs & NEED(need)) == 0) continue;
        needs = arena_printf(arena, "%s%s%s", needs, *needs == '\0' ? "" : " + ", tr(language, need_title(need)));
    }
    const char *door =
        strcmp(rule->door, ALL_DOORS) == 0 ? tr(language, TR("all doors without rules of their own")) : rule->door;
    return tr_fill(arena, language, "Rule for applications {way} ({door}). Enough is: {needs}", "way", way, "door",
                   door, "needs", needs, NULL);
}

static enum err list_choices(struct http_request *request, unsigned chosen, struct page_admin_rule *page)
{
    struct web *web = web_of(request);
    struct arena *arena = http_arena(request);
    enum language language = http_language(request);
    const struct door *doors;
    size_t count;
    TRY(list_doors(web->db, arena, &doors, &count));
    struct page_option *door_options = NEW_ARRAY(arena, struct page_option, count + 1);
    for (size_t i = 0; i < count; i++) door_options[i] = (struct page_option){doors[i].path, doors[i].name};
    page->doors = door_options;
    page->doors_count = count;
    struct page_option *ways = NEW_ARRAY(arena, struct page_option, WAYS);
    for (size_t i = 0; i < WAYS; i++)
        ways[i] = (struct page_option){decision_way_words[i], tr(language, way_titles[i])};
    page->ways = ways;
    page->ways_count = WAYS;
    struct page_admin_rule_choices *choices = NEW_ARRAY(arena, struct page_admin_rule_choices, REGISTRY_NEED_COUNT);
    for (size_t need = 0; need < REGISTRY_NEED_COUNT; need++)
        choices[need] = (struct page_admin_rule_choices){registry_need_words[need], tr(language, need_title(need)),
                                                         (chosen & NEED(need)) != 0};
    page->choices = choices;
    page->choices_count = REGISTRY_NEED_COUNT;
    return ERR_NONE;
}

static enum err show(struct http_request *request, int status, const struct form *form, unsigned chosen)
{
    struct page_admin_rule page = {
        .door = form_field(form, "door"), .way = form_field(form, "way"), .needs = form_field(form, "needs")};
    TRY(list_choices(request, chosen, &page));
    return page_admin_rule(request, status, &page);
}

enum err admin_show_rule(struct http_request *request)
{
    struct form form = form_empty(request, rules);
    return show(request, 200, &form, 0);
}

static unsigned read_needs(const struct form *form)
{
    const char *const *values;
    size_t count = form_values(form, "need", &values);
    unsigned needs = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t need = 0; need < REGISTRY_NEED_COUNT; need++) {
            if (strcmp(values[i], registry_need_words[need]) == 0) needs |= NEED(need);
        }
    }
    return needs;
}

/* A door that nobody knows, and rules that would let everything or nothing through, are mistakes. */
static enum err check(struct http_request *request, const struct registered_rule *rule, struct form *form)
{
    struct door door;
    const struct registry_rule checked = {rule->door, rule->way, rule->needs};
    if (strcmp(rule->door, ALL_DOORS) != 0) {
        enum err error = find_door(web_of(request)->db, http_arena(request), rule->door, &door);
        if (error == ERR_NOT_FOUND) form_mistake(form, "door", TR("There is no such door. Choose one from the list"));
        else if (error != ERR_NONE) return error;
    }
    switch (registry_rule_check(&checked)) {
    case RULE_WITHOUT_APPROVAL:
        form_mistake(form, "needs",
                     TR("Choose at least one approval by officers: without it anybody's application would "
                        "become a certificate"));
        break;
    case RULE_NEVER_MET:
        form_mistake(form, "needs",
                     TR("This way never brings all that is chosen, so the rule would let nothing through. "
                        "Choose what can come with it"));
        break;
    case RULE_FINE: break;
    }
    return ERR_NONE;
}

enum err admin_propose_rule(struct http_request *request)
{
    struct web *web = web_of(request);
    struct form form;
    struct actor actor = staff_actor(request);
    const char *uid;
    TRY(form_read(request, rules, &form));
    const char *door = form_value(&form, "door");
    const struct registry_wish wish = {.rule = {.door = *door == '\0' ? ALL_DOORS : door,
                                                .way = form_value(&form, "way"),
                                                .needs = read_needs(&form)}};
    if (form.errors == 0) TRY(check(request, &wish.rule, &form));
    if (form.errors == 0) {
        enum err error = propose_addition(web->db, staff_keeper(request), http_arena(request), &actor,
                                          staff_account_id(request), &wish, &uid);
        if (error == ERR_NONE) return admin_go_to_proposal(request, uid, "onerildi");
        if (error == ERR_EXISTS) form_mistake(&form, "needs", TR("This rule stands in the registry already"));
        else if (error == ERR_INVALID) form_mistake(&form, "way", TR("Choose the way of the application"));
        else return error;
    }
    return show(request, 422, &form, wish.rule.needs);
}
