import NotificationGateway

/// When the vendor's limits end. Its days and months are those of GMT+8.
enum LimitLevel {
    /// The end of the limit whose level the text names: `触发分钟级流控Permits:1`.
    static func pause(named text: String, now: WallTime) -> Duration? {
        if text.contains("分钟级") { return .seconds(60) }
        if text.contains("小时级") { return .seconds(3_600) }
        if text.contains("天级") { return untilDayEnd(now) }
        return nil
    }

    /// Time until midnight GMT+8.
    static func untilDayEnd(_ now: WallTime) -> Duration {
        let time = VendorTime.shifted(now).components
        return .seconds(86_400 - (time.hour * 60 + time.minute) * 60 - time.second)
    }

    /// Time until the month ends in GMT+8.
    static func untilMonthEnd(_ now: WallTime) -> Duration {
        let month = VendorTime.shifted(now).components.month
        var days = 0
        while VendorTime.shifted(now.advanced(by: Int64(days + 1) * 86_400)).components.month == month { days += 1 }
        return untilDayEnd(now) + .seconds(days * 86_400)
    }
}
