# The shell: what stands on every page.
shell-skip = 直接看正文
shell-tagline = 邻里互助 · 志愿服务
shell-call-us = 打电话给我们
shell-call-someone = 打电话找人
shell-phone = 电话
shell-trust = 不收费，不要密码，不要转账
shell-elder = 长辈版
shell-size = 字大小
shell-sign-in = 登录
shell-sign-out = 退出登录
shell-offline = 现在没有网络。您填的内容还在，等有了网络再按一次。
shell-nav = 主要栏目
shell-bar = 返回和电话
shell-back = 返回
shell-help = 帮助
shell-prefs = 字号和语言
shell-accessibility = 无障碍说明
shell-privacy = 个人信息怎么用
shell-transparency = 账目公开
shell-change = 更改
shell-more = 看更多
shell-optional = （可以不填）
shell-other-day = 别的日子
shell-undo = 撤回
shell-print = 打印
shell-saved = 已保存
shell-step = 第 { $page } 页

# Tabs and rail.
shell-tab-home = 首页
shell-tab-activities = 找活动
shell-tab-board = 公示
shell-tab-me = 我的
shell-tab-today = 今天
shell-tab-tasks = 找任务
shell-tab-team = 我的队
shell-rail-inbox = 待办
shell-rail-needs = 需求
shell-rail-people = 人员
shell-rail-activities = 活动
shell-rail-groups = 发到群里
shell-rail-reviews = 时长复核
shell-rail-sheets = 表格
shell-rail-roles = 权限
shell-rail-overview = 总览
shell-rail-compare = 对比
shell-rail-overdue = 督办
shell-rail-definitions = 口径
shell-rail-reports = 报表
shell-rail-places = 站点

# The four grades of evidence.
shell-grade-a = 甲 双重证据
shell-grade-b = 乙 现场确认
shell-grade-c = 丙 事后补录
shell-grade-d = 丁 外部导入

# Service categories, as needs, activities, volunteers and certificates name them.
category-convenience = 便民（修理、理发、跑腿）
category-elderly = 陪伴老人
category-care = 照料护理
category-medicine = 看病陪诊、量血压
category-hardship = 帮困
category-disability = 助残
category-parent_child = 亲子、带孩子
category-study = 功课辅导
category-skill_training = 学手艺、学手机
category-psychology = 谈心、心理陪伴
category-legal_aid = 法律咨询
category-rights = 维权
category-jobs = 找工作
category-environment = 打扫、环保
category-traffic = 出行、交通
category-neighbourhood = 邻里的事
category-epidemic = 防疫
category-science = 科普
category-emergency = 应急

# A form that came back.
shell-error-prefix = 错误：
shell-error-summary = 有几处要改一下

# Pages that say what went wrong and how to mend it.
error-403-title = 这一页您看不了
error-403-mend = 要办这件事，请打电话，或者到社区来问一问。
error-404-title = 没有找到这一页
error-404-mend = 请看看网址对不对，或者回首页重新找。
error-405-title = 这一页不能直接打开
error-405-mend = 请回首页，从页面上的按钮进去。
error-409-title = 这一步现在办不了
error-409-mend = 返回重新打开，就能看到现在的样子。还是不清楚，请打电话问。
error-422-title = 这样还办不了
error-422-mend = 请返回看看红字写的地方，改好再送一次。您填的内容还在。
error-429-title = 按得太快了
error-429-mend = { $until } 以后可以再试。按“返回”，您填的内容还在。
error-500-title = 我们这边出了毛病
error-500-mend = 请过一会儿再试。事情急，请直接打电话。
error-503-title = 现在暂时用不了
error-503-mend = 请过几分钟再来。事情急，请直接打电话。
error-507-title = 现在存不下新的内容
error-507-mend = 已有的内容还能看。有急事，请打电话。
error-phone-title = 也可以打电话，有人接
error-reference = 打电话时报这个号：{ $reference }
error-go-back = 返回上一页
error-go-home = 回首页

# Refusals of the frame: what stands against it, and how to mend it.
refusal-invalid = 有几处要改一下。
refusal-missing = 没有找到。网址可能抄错了，也可能这件事已经办完、撤下了。
refusal-forbidden = 这件事由管这一片的工作人员来办，您的身份办不了。
refusal-sign-in-first = 请先登录，再办这件事。
refusal-after-unreadable = “after”要填上一页给的“next”，或者不填。
refusal-cross-site = 这张表不是从本站送来的，没有办。请在本站重新打开页面再送。
refusal-idempotency-key-missing = 请求里要带 Idempotency-Key。
refusal-idempotency-key-too-long = Idempotency-Key 太长，最多 128 个字符。
refusal-idempotency-key-reused = 这个编号已经用在另一件事上了。请重新打开页面再送。
refusal-method-not-offered = 这个网址不收这样的请求。
refusal-request-unreadable = 这次请求读不懂：网址或内容里有认不出的字。
refusal-body-too-long = 送来的内容太长。
refusal-body-not-json = 内容要写成 JSON（application/json）。
refusal-body-not-understood = 内容读不懂：{ $words }
refusal-told-once = 这个已经答复过，只答复一次。请重新登录。
refusal-unavailable = 系统暂时连不上数据，您刚才送的可能没有办成。请过几分钟再送一次，同一份不会算两次。
refusal-no-room = 存数据的地方满了，您刚才送的没有存下，也没有只存一半。请打电话告诉我们，或过一会儿再送。
refusal-defect = 系统出了毛病，这件事没有办成，已经记下来。
shell-month = { $month }月
shell-date = { $year }年{ shell-month }{ $day }日
shell-day = { shell-month }{ $day }日 { $weekday }
shell-lasting-hours = { $count } 小时
shell-lasting-minutes = { $count } 分钟
shell-weekday-0 = 周一
shell-weekday-1 = 周二
shell-weekday-2 = 周三
shell-weekday-3 = 周四
shell-weekday-4 = 周五
shell-weekday-5 = 周六
shell-weekday-6 = 周日
