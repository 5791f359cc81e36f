// The only C++ of the project: simdjson's on-demand parser behind a C door. Every value is visited,
// so that the document is validated completely. On-demand and not DOM because DOM turns numbers
// into doubles, and money must keep its text.
#include "format/json_simd_priv.h"

#include <new>
#include <simdjson.h>

using simdjson::ondemand::array;
using simdjson::ondemand::json_type;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

struct json_simd {
    simdjson::ondemand::parser parser;
};

namespace {

struct walk {
    json_simd_visit visit;
    void *self;
    simdjson::error_code error;
    bool stopped;
    bool is_number; // the whole document is one number

    bool say(json_simd_event ev, const char *text = "", size_t len = 0)
    {
        stopped = stopped || !visit(self, ev, text, len);
        return !stopped;
    }
    bool fail(simdjson::error_code e)
    {
        error = e;
        return false;
    }
};

bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// The grammar of RFC 8259 section 6; on-demand does not check a number that it need not convert.
bool number_ok(const char *s, size_t n)
{
    size_t i = 0;
    if (i < n && s[i] == '-')
        i++;
    if (i >= n || !is_digit(s[i]))
        return false;
    if (s[i] == '0')
        i++;
    else
        while (i < n && is_digit(s[i]))
            i++;
    if (i < n && s[i] == '.') {
        if (++i >= n || !is_digit(s[i]))
            return false;
        while (i < n && is_digit(s[i]))
            i++;
    }
    if (i < n && (s[i] == 'e' || s[i] == 'E')) {
        i++;
        if (i < n && (s[i] == '+' || s[i] == '-'))
            i++;
        if (i >= n || !is_digit(s[i]))
            return false;
        while (i < n && is_digit(s[i]))
            i++;
    }
    return i == n;
}

bool say_number(walk &w, std::string_view token)
{
    size_t n = token.size();
    while (n > 0 && is_blank(token[n - 1]))
        n--;
    if (!number_ok(token.data(), n))
        return w.fail(simdjson::NUMBER_ERROR);
    return w.say(JSON_SIMD_NUMBER, token.data(), n);
}

// T: a value inside a document, or the document itself when it is a bare scalar.
template <typename T> bool walk_scalar(walk &w, T &v, json_type type)
{
    if (type == json_type::string) {
        std::string_view text;
        const simdjson::error_code e = v.get_string().get(text);
        return e ? w.fail(e) : w.say(JSON_SIMD_STRING, text.data(), text.size());
    }
    if (type == json_type::boolean) {
        bool is = false;
        const simdjson::error_code e = v.get_bool().get(is);
        return e ? w.fail(e) : w.say(is ? JSON_SIMD_TRUE : JSON_SIMD_FALSE);
    }
    bool is_null = false;
    const simdjson::error_code e = simdjson::simdjson_result<bool>(v.is_null()).get(is_null);
    if (e || !is_null)
        return w.fail(e ? e : simdjson::INCORRECT_TYPE);
    return w.say(JSON_SIMD_NULL);
}

bool walk_value(walk &w, value v, unsigned depth);

bool walk_array(walk &w, array items, unsigned depth)
{
    if (depth >= JSON_SIMD_DEPTH)
        return w.fail(simdjson::DEPTH_ERROR);
    if (!w.say(JSON_SIMD_ARRAY_OPEN))
        return false;
    for (auto item : items) {
        value v;
        const simdjson::error_code e = item.get(v);
        if (e)
            return w.fail(e);
        if (!walk_value(w, v, depth + 1))
            return false;
    }
    return w.say(JSON_SIMD_ARRAY_CLOSE);
}

bool walk_object(walk &w, object members, unsigned depth)
{
    if (depth >= JSON_SIMD_DEPTH)
        return w.fail(simdjson::DEPTH_ERROR);
    if (!w.say(JSON_SIMD_OBJECT_OPEN))
        return false;
    for (auto member : members) {
        std::string_view key;
        simdjson::error_code e = member.unescaped_key().get(key);
        if (e)
            return w.fail(e);
        if (!w.say(JSON_SIMD_KEY, key.data(), key.size()))
            return false;
        value v;
        e = member.value().get(v);
        if (e)
            return w.fail(e);
        if (!walk_value(w, v, depth + 1))
            return false;
    }
    return w.say(JSON_SIMD_OBJECT_CLOSE);
}

bool walk_value(walk &w, value v, unsigned depth)
{
    json_type type;
    simdjson::error_code e = v.type().get(type);
    if (e)
        return w.fail(e);
    if (type == json_type::object) {
        object o;
        e = v.get_object().get(o);
        return e ? w.fail(e) : walk_object(w, o, depth);
    }
    if (type == json_type::array) {
        array a;
        e = v.get_array().get(a);
        return e ? w.fail(e) : walk_array(w, a, depth);
    }
    if (type != json_type::number)
        return walk_scalar(w, v, type);
    return say_number(w, v.raw_json_token()); // the iterator steps over what is not taken
}

bool walk_document(walk &w, simdjson::ondemand::document &doc, std::string_view whole)
{
    json_type type;
    simdjson::error_code e = doc.type().get(type);
    if (e)
        return w.fail(e);
    if (type == json_type::object) {
        object o;
        e = doc.get_object().get(o);
        return e ? w.fail(e) : walk_object(w, o, 0);
    }
    if (type == json_type::array) {
        array a;
        e = doc.get_array().get(a);
        return e ? w.fail(e) : walk_array(w, a, 0);
    }
    if (type != json_type::number)
        return walk_scalar(w, doc, type);
    w.is_number = true;
    while (!whole.empty() && is_blank(whole.front()))
        whole.remove_prefix(1);
    return say_number(w, whole);
}

json_simd_end end_of(const walk &w)
{
    if (w.stopped)
        return JSON_SIMD_STOPPED;
    switch (w.error) {
    case simdjson::SUCCESS:
        return JSON_SIMD_OK;
    case simdjson::DEPTH_ERROR:
        return JSON_SIMD_TOO_DEEP;
    case simdjson::MEMALLOC:
        return JSON_SIMD_NO_MEMORY;
    default:
        return JSON_SIMD_BROKEN;
    }
}

} // namespace

extern "C" struct json_simd *json_simd_new(void)
{
    return new (std::nothrow) json_simd;
}

extern "C" void json_simd_free(struct json_simd *p)
{
    delete p;
}

extern "C" enum json_simd_end json_simd_walk(struct json_simd *p, const char *text, size_t len,
                                             json_simd_visit visit, void *self, size_t *at)
{
    walk w = { visit, self, simdjson::SUCCESS, false, false };
    simdjson::ondemand::document doc;
    *at = 0;
    const simdjson::padded_string_view view(text, len, len + JSON_SIMD_SLACK);
    w.error = p->parser.iterate(view).get(doc);
    if (w.error)
        return end_of(w);
    if (walk_document(w, doc, std::string_view(text, len))) {
        const char *rest = nullptr; // a document must end where the text ends
        if (!w.is_number && doc.current_location().get(rest) == simdjson::SUCCESS)
            w.error = simdjson::TAPE_ERROR;
    }
    const char *place = nullptr;
    if (w.error && doc.current_location().get(place) == simdjson::SUCCESS && place >= text &&
        place <= text + len)
        *at = (size_t)(place - text);
    return end_of(w);
}

extern "C" bool json_simd_utf8_ok(const char *text, size_t len)
{
    return simdjson::validate_utf8(text, len);
}
