/// What stands in every secret and every personal field of a test, and must be seen nowhere.
enum Canary {
    static let keyID = "LTAIcanaryid71c3"
    static let secret = "canary-secret-71c3"
    static let token = "canary-token-71c3"
    static let proxyPassword = "canary-proxy-71c3"
    static let code = "730461"
    static let name = "canary-name-71c3"
    static let text = "canary text 71c3"
    static let tag = "canary.tag.71c3"
    static let webhook = "https://user:canary-hook-71c3@hooks.example.com/canary-path-71c3?key=canary-key-71c3"

    /// Words of a vendor that repeats all it was told, and more than it should know.
    static let echo =
        "refused +8613917260435 13917260435 008613917260435 \(code) \(name) \(secret) \(token) \(keyID)"

    /// What gives the number away, in every spelling: its middle, which masks hide.
    static let numberSigns = ["1726043", "1726 043", "1726-043", "72604"]

    /// What gives a secret away.
    static let secretSigns = [
        keyID, secret, token, proxyPassword,
        // In Base64 and percent encoding, by which bodies and URLs would show it.
        "Y2FuYXJ5", "canary%2D",
    ]

    /// What gives any of it away, whatever is around it.
    static let signs = secretSigns + numberSigns + ["canary-", text, tag, code]

    /// Where texts give a canary away: the sign, and what stands around it.
    ///
    /// - Parameter signs: what must not be seen there.
    static func leaks(in texts: [String], of signs: [String] = signs) -> [String] {
        texts.flatMap { text in
            let lowercased = text.lowercased()
            return signs.compactMap { sign in
                lowercased.firstRange(of: sign.lowercased()).map { found in
                    let start = lowercased.index(found.lowerBound, offsetBy: -120, limitedBy: lowercased.startIndex)
                    let end = lowercased.index(found.upperBound, offsetBy: 60, limitedBy: lowercased.endIndex)
                    let around = lowercased[(start ?? lowercased.startIndex)..<(end ?? lowercased.endIndex)]
                    return "'\(sign)' in …\(around)…"
                }
            }
        }
    }

    /// A value in every form in which it may reach a log without anybody meaning it.
    static func shown(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), "\([value])", dumped]
    }
}
