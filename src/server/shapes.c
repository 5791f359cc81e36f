/* Shapes with a name, for what several endpoints give. */
#include "server/shape_priv.h"

/* docs/json-api.md says what each field is. */
#define VALUE "value:string?,num:string?,den:string?,reason?:string"
#define COMPARE                                                                    \
    "{from:day,to:day," VALUE ",change:string?,relative:string?,per_day?:string?," \
    "compared_per_day?:string?,complete:boolean}?"
#define ROW                                                                             \
    "{time:day?,hour?:count,by:{*:string?},others?:boolean," VALUE ",compare?:" COMPARE \
    ",complete:boolean,restated?:boolean,goal?:any}"

const struct named_shape shape_names[] = {
    { "answer",
      "{version:count,currency:text,timezone:text,from:day,to:day,grain:text,calendar?:text,"
      "compare?:{with:text,from:day,to:day},where?:text,target?:text,"
      "kpis:[{id:text,name:text,unit:text,definition:text,basis:text,needs?:text,"
      "until?:day,"
      "origins?:[{source:text,stores?:[text]}],rows:[" ROW "],total:" ROW "}],"
      "notes:[text],data_version:count,evidence?:any}" },
    { "error",
      "{error:{status:count,code:text,message:text},"
      "problems?:[{line:count,column:count,message:text}]}" },
    { "card",
      "{stage:text,id:text,name:text,unit:text,direction:up|down|neutral,value:string?,"
      "compare:string?,change:string?,relative:string?,complete:boolean,until?:day,reason:string?,"
      "goal:any,"
      "chosen:boolean,trend:[{time:day,value:string?,compare:string?,complete:boolean}]}" },
    { "range",
      "{from:day,to:day,compare_from:day?,compare_to:day?,compare:string?,grain:text,"
      "currency:text}" },
    { "part",
      "{kind:heading|sentence|table|chart,text?:string,heads?:[string],rows?:[[{text:string,"
      "kind:text|money|count|number|percent,value?:number?,tone:text}]],title?:string,"
      "labels?:[string],series?:[{name:string,comparison:boolean,values:[number?]}],"
      "bands?:[{name:string,from:count,to:count}],running?:boolean}" },
    { "look",
      "{fits:boolean,problem:string?,preset:string,target:string,notes:[string],format:text,"
      "compression:text,encoding:text,sheet:string?,sheets:[string],header_line:count,"
      "title_rows:count,columns:[{name:string,target:string?,use:field|kept|unused|personal,"
      "samples:[string]}],fields:[{name:text,label:string,kind:text,required:boolean,taken:boolean}"
      "],"
      "targets:[text],presets:[text],kinds:[{preset:text,name:text}],mapping:string}" },
    { "job",
      "{id:count,state:queued|running|done|failed|cancelled,name:string,who:string,step:string?,"
      "done:integer,total:integer,queued_at:time,ended_at:time?,imports:[{import_id:count,"
      "already:boolean,file:string,preset:string,rows_read:count,rows_refused:count}],rows:count,"
      "message:string?}" },
    { "share", "{path:text,expires_at:time}" },
    { "user",
      "{id:count,name:text,role:viewer|analyst|editor|admin,stores:[text],teams:[text],"
      "lang:string?,density:string?,theme:string?}" },
    { "account",
      "{id:count,name:text,role:viewer|analyst|editor|admin,stores:[text],teams:[text],"
      "lang:string?,disabled:boolean,has_password:boolean,created_at:time,seen_at:time?}" },
    { "token",
      "{id:count,user:text,name:text,scopes:[read|write],created_at:time,expires_at:time,"
      "used_at:time?}" },
    { "link", "{id:count,user:text,path:text,created_at:time,expires_at:time,used_at:time?}" },
    { "view",
      "{id:count,user:text,mine:boolean,name:text,path:text,shared:boolean,created_at:time}" },
    { "session",
      "{user:@user?,csrf:string?,needs_admin:boolean,share:@share?,"
      "shop:{name?:text,currency:text,timezone:text,week_start:count,lang:en|zh,"
      "up_colour:red|green},version:text}" },
};

const size_t shape_name_count = ARRAY_LEN(shape_names);
