/// Hours in which a route disturbs nobody: messages of its categories are refused, and told when they are allowed again.
public struct QuietHours: Sendable, Hashable {
    /// By whose clock.
    public enum Zone: Sendable, Hashable {
        /// The recipient's country: quiet when it is quiet by any clock of it, in summer or winter time. A recipient of no known
        /// country counts by the gateway's default country, and by UTC where there is none.
        case recipient
        /// A fixed clock, so many minutes east of UTC.
        case offset(minutes: Int)
    }

    /// The categories that may be kept quiet.
    public static let quietable: [Category] = [.notification, .marketing]

    /// Whether a message may go.
    enum State: Sendable, Hashable {
        case open
        /// Quiet; open again after so long.
        case quiet(Duration)
        /// The country is so wide that it is quiet somewhere at every hour.
        case always
    }

    /// The first quiet minute of a day, from 0.
    public var from: Int
    /// The first minute that is not quiet any more; before `from` for a night.
    public var to: Int
    /// By whose clock.
    public var zone: Zone
    /// Which messages; never codes, which somebody waits for.
    public var categories: Set<Category>

    /// Describes hours by minutes of the day.
    public init(from: Int, to: Int, zone: Zone = .recipient, categories: Set<Category> = [.marketing]) {
        self.from = from
        self.to = to
        self.zone = zone
        self.categories = categories
    }

    /// `21:00 to 08:00, recipient's time`.
    public var words: String {
        let place =
            switch zone {
            case .recipient: "recipient's time"
            case .offset(let minutes): "UTC\(minutes < 0 ? "-" : "+")\(Self.clock(abs(minutes)))"
            }
        return "\(Self.clock(from)) to \(Self.clock(to)), \(place)"
    }

    /// What is wrong with it.
    var fault: String? {
        let day = 0..<1_440
        if !day.contains(from) || !day.contains(to) || from == to { return "that are no part of a day" }
        if categories.contains(.verification) { return "for codes, which never wait" }
        if categories.isEmpty { return "for no category" }
        if case .offset(let minutes) = zone, !(-840...840).contains(minutes) { return "by a clock that is nowhere" }
        return nil
    }

    func offsets(_ country: CountryCode?, default: CountryCode?) -> [Int] {
        switch zone {
        case .offset(let minutes): [minutes]
        case .recipient: (country ?? `default`)?.utcOffsets ?? `default`?.utcOffsets ?? [0]
        }
    }

    /// Whether it is quiet by any of the clocks, and until when by all of them.
    func state(at now: WallTime, offsets: [Int]) -> State {
        let start = now.secondsSinceEpoch
        var second = start
        // Each round passes the end of one clock's quiet hours; past two days they come round again.
        while second - start < 2 * 86_400 {
            guard let end = offsets.compactMap({ quietEnd(second, offset: $0) }).max() else {
                guard second > start else { return .open }
                let open = WallTime(secondsSinceEpoch: second)
                return .quiet(.nanoseconds(open.nanosecondsSinceEpoch - now.nanosecondsSinceEpoch))
            }
            second = end
        }
        return .always
    }

    private func quietEnd(_ second: Int64, offset: Int) -> Int64? {
        let ofDay = Self.modulo(second + Int64(offset * 60))
        let sinceStart = Self.modulo(ofDay - Int64(from * 60))
        let length = Self.modulo(Int64((to - from) * 60))
        return sinceStart < length ? second + length - sinceStart : nil
    }

    private static func modulo(_ seconds: Int64) -> Int64 { (seconds % 86_400 + 86_400) % 86_400 }

    private static func clock(_ minutes: Int) -> String {
        let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}
