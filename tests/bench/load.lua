-- wrk -s load.lua URL [-- FILE]: POSTs each line of FILE ("path<TAB>body") once; without a file, GETs the URL.
-- Prints what load.py reads. One thread, so that no line is sent twice.
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(args)
  if args[1] == nil then return end
  local lines, at = {}, 0
  for line in io.lines(args[1]) do lines[#lines + 1] = line end
  counts = {}
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"

  function request()
    at = at + 1
    local line = lines[at]
    if line == nil then return wrk.format("GET", "/the-feed-ran-out") end
    local tab = line:find("\t", 1, true)
    return wrk.format("POST", line:sub(1, tab - 1), nil, line:sub(tab + 1))
  end

  function response(status) counts[status] = (counts[status] or 0) + 1 end
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("requests %d\nmicroseconds %d\nbad %d\nbroken %d\n", summary.requests,
    summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
  for status, count in pairs(threads[1]:get("counts") or {}) do
    io.write(string.format("status %d %d\n", status, count))
  end
end
