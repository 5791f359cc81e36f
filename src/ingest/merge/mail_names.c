/* Customers whose name is an e-mail address: Ann@x.com and ann@x.com are one buyer. Each spelling
 * stands in `identity`, all with one key. Where a shop has two of them from before they were known
 * to be one, what has the higher key moves to the lower one when the buyer is met again
 * (merge_move_customers). */
#include "ingest/ingest_priv.h"

#define IS_MAIL(id) "regexp_full_match(" id ", '[^@\\s]+@[^@\\s]+\\.[^@\\s]+')"

/* mail_name: the file's spellings, and which of an address comes first. */
static enum status find_mails(struct import_job *j,
                              const char *names,
                              int64_t *n,
                              struct error *why)
{
    const enum status st =
        job_exec(j,
                 why,
                 "CREATE OR REPLACE TEMP TABLE mail_name AS SELECT id, lower(id) AS mail, "
                 "first_value(id) OVER (PARTITION BY lower(id) ORDER BY first_row, id) AS first_id "
                 "FROM (SELECT id, min(first_row) AS first_row FROM (%s) WHERE contains(id, '@') "
                 "GROUP BY 1) WHERE " IS_MAIL("id"),
                 names);
    return st == STATUS_OK ? job_count(j, "SELECT count(*) FROM mail_name", n, why) : st;
}

/* Spellings that the shop does not know get the key of one that it knows. */
static enum status take_known(struct import_job *j, struct error *why)
{
    return job_exec(
        j,
        why,
        "%s",
        "CREATE OR REPLACE TEMP TABLE mail_key AS SELECT lower(id) AS mail, key, min(key) OVER "
        "  (PARTITION BY lower(id)) AS first_key FROM identity WHERE kind = 'customer' AND store = "
        "  getvariable('store') AND lower(id) IN (SELECT mail FROM mail_name);"
        "CREATE OR REPLACE TEMP TABLE person_move AS SELECT key AS old_key, min(first_key) AS key "
        "  FROM mail_key GROUP BY 1 HAVING old_key <> min(first_key);"
        "UPDATE key_of_customer SET key = m.key FROM person_move m WHERE key_of_customer.key = "
        "  m.old_key;"
        "INSERT INTO key_of_customer SELECT n.id, min(k.first_key), true FROM mail_name n JOIN "
        "  mail_key k USING (mail) WHERE n.id NOT IN (SELECT id FROM key_of_customer) GROUP BY 1");
}

/* Of spellings that are new together the first gets a key, and the others get it with it. */
static enum status number_mails(struct import_job *j, const char *names, struct error *why)
{
    const str first = arena_printf(j->arena,
                                   "SELECT id, first_row FROM (%s) WHERE id NOT IN (SELECT id FROM "
                                   "mail_name WHERE id <> first_id)",
                                   names);
    if (first.ptr == NULL)
        return error_set(why, STATUS_NO_MEMORY, "out of memory");
    const enum status st = identity_number(j, "customer", first.ptr, why);
    return st == STATUS_OK
               ? job_exec(j,
                          why,
                          "%s",
                          "INSERT INTO key_of_customer SELECT n.id, k.key, true FROM mail_name n "
                          "JOIN key_of_customer k ON k.id = n.first_id WHERE n.id NOT IN (SELECT "
                          "id FROM key_of_customer)")
               : st;
}

enum status identity_number_mails(struct import_job *j, const char *names, struct error *why)
{
    int64_t mails = 0;
    int64_t moves = 0;
    enum status st = find_mails(j, names, &mails, why);
    if (st != STATUS_OK || mails == 0)
        return st == STATUS_OK ? identity_number(j, "customer", names, why) : st;
    st = take_known(j, why);
    if (st == STATUS_OK)
        st = job_count(j, "SELECT count(*) FROM person_move", &moves, why);
    j->moves_customers = moves > 0;
    return st == STATUS_OK ? number_mails(j, names, why) : st;
}
