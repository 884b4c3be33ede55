# 登录
people-sign-in-title = 登录
people-sign-in-why = 我们给您的手机发一个六位验证码,不用记密码。
people-phone = 您的手机号
people-phone-hint = 11 位数字,1 开头
people-send-code = 发验证码
people-code-title = 填写验证码
people-code-sent = 验证码已发到 { $phone },5 分钟内有效。
people-code = 六位验证码
people-code-hint = 在收到的短信里。不要告诉任何人。
people-sign-in-button = 登录
people-send-again = 重新发一个
people-code-message = 【邻里】您的验证码是 { $code },5 分钟内有效。不要告诉任何人。
people-new-title = 请问您是哪位?
people-new-why = 这个号码第一次来。只要姓名和社区,就能用了。
people-name = 您的姓名
people-community = 您的社区
people-new-button = 填好了,登录
people-other-community = 列表里没有我的社区
people-community-search = 查找社区
people-community-search-hint = 名称的一部分,或拼音首字母
people-search = 查找

# 登录的设备
people-sessions-title = 登录的设备
people-sessions-lead = 您现在在 { $count } 台设备上登录着。
people-sessions-one = { $since } 登录,最近使用 { $used }
people-sessions-end = 全部退出

# 演示的发件箱
people-outbox-title = 发出的短信
people-outbox-lead = 只在演示中有:本来要发到手机上的内容。最新的在最前面。
people-outbox-empty = 还没有发出短信。
people-outbox-empty-why = 用任意一个手机号登录,验证码就会出现在这里。

# 拒绝:姓名、手机、验证码
refusal-name-missing = 请填写姓名。
refusal-name-too-long = 姓名太长了,最多 40 个字。
refusal-name-not-letters = 姓名里不能有数字和符号,请照身份证上的写。
refusal-division-not-community = 请选择您所在的社区或村。
refusal-address-too-long = 地址太长了,最多 120 个字。
refusal-phone-missing = 请填写手机号。
refusal-phone-length = 手机号是 11 位,您填了 { $found } 位。
refusal-phone-character = 手机号只能是数字。
refusal-phone-not-mobile = 这不是手机号。手机号以 13 到 19 开头。
refusal-phone-other-country = 只能用大陆的手机号。没有的话,请打电话给我们。
refusal-phone-taken = 这个手机号已经有账号了,请直接用它登录。
refusal-code-just-sent = 验证码刚刚发过,请等一分钟再要。
refusal-codes-of-hour-used = 这个号码一小时内已经发过五次。请晚些再试,或打电话给我们。
refusal-codes-of-today-used = 这个号码今天已经发过十次。请明天再试,或打电话给我们。
refusal-too-many-here = 这个网络上试得太多了。请等十分钟再试。
refusal-code-wrong = 验证码不对,还可以试 { $left } 次。
refusal-code-wrong-last = 验证码不对,不能再试了。请重新发一个。
refusal-code-over = 验证码过期了,或试得太多了。请重新发一个。
refusal-code-used = 这个验证码已经用过了。请重新发一个。
refusal-ticket-over = 已经超过半小时了,请从手机号重新开始。
refusal-told-once = 这个已经答复过,只答复一次。请重新登录。

# 拒绝:时间、权限、组织
refusal-busy-then = { $from } 到 { $to } 已经答应了别的事。请先退掉那件,或换个时间。
refusal-grant-to-self = 不能给自己授权,请另一位安全管理员来做。
refusal-grant-held-by-all = 居民和志愿者不用授权,注册或加入就是。
refusal-grant-twice = 这个人在这里已经有这个权限了。
refusal-grant-ended = 这个权限已经结束了。
refusal-administrators-apart = 系统、安全、审计管理员必须是不同的人。请先结束另一个。
refusal-until-in-past = 截止日期已经过了,请选以后的日子。
refusal-organisation-kind-unknown = 请选择是哪一类组织。
