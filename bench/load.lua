-- One wrk thread that plays people with sessions: bench/load.py says which.
-- arguments: FILE with SESSIONS, PATIENTS and TODAY; "read" or "write"; milliseconds to think; seed; of writers a
-- FILE for the numbers of the entries that the server acknowledged
local sessions, patients, kind, think_ms = {}, {}, "read", 0
local n = 0

function init(args)
  dofile(args[1])
  sessions, patients, kind, think_ms = SESSIONS, PATIENTS, args[2], tonumber(args[3])
  math.randomseed(tonumber(args[4]))
  if args[5] then
    local file = assert(io.open(args[5], "a"))
    -- Only writers look at answers: for readers this would cost time of the measuring processor.
    response = function(status, _, body)
      if status ~= 200 then return end
      file:write(assert(body:match('"entry":(%d+)'), body), "\n")
      file:flush()
    end
  end
end

-- People think between half and one and a half of the given time.
function delay()
  if think_ms == 0 then return 0 end
  return math.random(math.floor(think_ms / 2), math.floor(think_ms * 3 / 2))
end

local function key()
  local text = {}
  for i = 1, 4 do text[i] = string.format("%08x", math.random(0, 0x7fffffff)) end
  return table.concat(text)
end

local reads = {
  function(p) return "GET", "/api/v1/patients/" .. p, nil end,
  function(p) return "GET", "/api/v1/patients/" .. p .. "/timeline", nil end,
  function(p) return "GET", "/api/v1/patients/" .. p .. "/diary", nil end,
  function(p) return "GET", "/api/v1/patients/" .. p .. "/assessments", nil end,
  function(p) return "GET", "/api/v1/patients/" .. p .. "/plans", nil end,
  function(p) return "GET", "/api/v1/today", nil end,
  function(p) return "GET", "/api/v1/appointments", nil end,
  function(p) return "POST", "/api/v1/patients/search", '{"name":"DEMO-00"}' end,
  function(p) return "GET", "/api/v1/me", nil end,
  function(p) return "GET", "/api/v1/register", nil end,
}

function request()
  n = n + 1
  local session = sessions[n % #sessions + 1]
  local patient = patients[math.random(#patients)]
  local headers = { Cookie = session.cookie, ["X-Respite-CSRF"] = session.csrf, ["Content-Type"] = "application/json" }
  if kind == "write" then
    headers["Idempotency-Key"] = key()
    return wrk.format("POST", "/api/v1/patients/" .. patient .. "/diary", headers,
      string.format('{"date":"%s","pain_nrs":%d,"note":"load"}', TODAY, math.random(0, 10)))
  end
  local method, path, body = reads[math.random(#reads)](patient)
  return wrk.format(method, path, headers, body)
end
