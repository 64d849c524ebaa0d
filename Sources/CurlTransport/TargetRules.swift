import HTTPTransport

/// Which targets a transport may talk to, and a number for each of them; remembers the last one because most requests
/// repeat it.
struct TargetRules {
    /// A target that was let through.
    struct Admitted {
        var target: RequestTarget
        /// Index of its lane in the schedule.
        var lane: Int
    }

    /// Lanes beyond this many are looked through for idle ones before another is opened.
    static let rememberedOrigins = 1024

    private let allowsPlain: Bool
    private let allowsPlainToLoopback: Bool
    private let isJudgedByProxy: Bool
    private var lanes: [String: Int] = [:]
    private var last: Admitted?

    init(_ options: CurlTransportOptions) {
        let settings = options.settings
        isJudgedByProxy = !options.addresses.isUnrestricted && settings.proxy.map { !$0.isEmpty } ?? false
        allowsPlain = settings.allowPlainHTTP
        // Through a proxy elsewhere, even a request to 127.0.0.1 leaves this machine in clear.
        allowsPlainToLoopback =
            switch settings.proxy {
            case nil, "": true
            case .some(let proxy): (try? RequestTarget(url: proxy))?.isLoopback ?? false
            }
    }

    /// Checks a URL and finds its lane; a new origin is given the lane that `newLane` opens.
    mutating func admit(_ url: String, newLane: () -> Int) throws(HTTPFailure) -> Admitted {
        if let last, Self.url(url, staysAt: last.target.origin) { return last }
        guard !isJudgedByProxy else {
            throw .invalidRequest(
                "a proxy resolves the host by itself, so that nobody could judge its address; leave out one of the two")
        }
        let target = try RequestTarget(url: url)
        guard target.isEncrypted || allowsPlain || (target.isLoopback && allowsPlainToLoopback) else {
            throw .invalidRequest(
                "plain http:// goes to loopback hosts only; use https:// or allow plain HTTP explicitly")
        }
        let lane: Int
        if let known = lanes[target.origin] {
            lane = known
        } else {
            lane = newLane()
            lanes[target.origin] = lane
        }
        let admitted = Admitted(target: target, lane: lane)
        last = admitted
        return admitted
    }

    /// Whether so many origins are known that idle ones should be forgotten.
    var isCrowded: Bool { lanes.count >= Self.rememberedOrigins }

    /// Forgets the origins whose lanes are idle.
    mutating func forget(where isIdle: (Int) -> Bool) -> [Int] {
        let idle = lanes.filter { isIdle($0.value) }
        for origin in idle.keys { lanes[origin] = nil }
        last = nil
        return Array(idle.values)
    }

    /// Whether a URL begins with an origin that was checked before, ends it there, and is clean after it.
    private static func url(_ url: String, staysAt origin: String) -> Bool {
        var url = url
        var origin = origin
        return url.withUTF8 { urlBytes in
            origin.withUTF8 { originBytes in
                let length = originBytes.count
                guard urlBytes.count >= length, urlBytes[..<length].elementsEqual(originBytes) else { return false }
                let rest = urlBytes[length...]
                guard let next = rest.first else { return true }
                return RequestTarget.endsAuthority(next) && rest.allSatisfy(RequestTarget.isAllowed)
            }
        }
    }
}
