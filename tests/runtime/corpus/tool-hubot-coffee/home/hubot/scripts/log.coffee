# Description:
#   !log to the SAL
module.exports = (robot) ->
  robot.hear /^!log (.*)$/i, (res) ->
    res.send "Logged the message, #{res.message.user.name}"

