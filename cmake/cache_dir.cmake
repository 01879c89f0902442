# MILLRACE_CACHE_DIR: the folder outside the checkout for what is fetched (the same rule as in tools/setup/cache.py).

if(DEFINED ENV{MILLRACE_CACHE})
  set(MILLRACE_CACHE_DIR $ENV{MILLRACE_CACHE})
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(MILLRACE_CACHE_DIR $ENV{XDG_CACHE_HOME}/millrace)
else()
  set(MILLRACE_CACHE_DIR $ENV{HOME}/.cache/millrace)
endif()
