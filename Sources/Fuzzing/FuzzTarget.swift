/// One kind of outside data, and the promises that its readers keep whatever it holds.
///
/// The libFuzzer driver (`make fuzz`) and a test with a corpus run the same targets. A target never blocks, does no I/O but
/// read files that a configuration names, and gives the same verdict for the same bytes.
public struct FuzzTarget: Sendable, CustomStringConvertible {
    /// Its name: that of its folder in the corpus.
    public let name: String
    private let check: @Sendable ([UInt8]) throws(BrokenPromise) -> Void

    /// Every target.
    public static let all = [
        FuzzTarget(name: "vendor-answers", check: VendorAnswers.check),
        FuzzTarget(name: "dysms-requests", check: VendorRequests.check),
        FuzzTarget(name: "configuration", check: ConfigurationFiles.check),
        FuzzTarget(name: "phone-numbers", check: PhoneNumbers.check),
        FuzzTarget(name: "templates", check: Templates.check),
        FuzzTarget(name: "http", check: HTTPParts.check),
    ]

    /// Its name.
    public var description: String { name }

    /// Reads bytes as the product would, and checks what comes of it.
    ///
    /// - Throws: ``BrokenPromise`` for what no bytes may bring about.
    public func run(_ bytes: [UInt8]) throws(BrokenPromise) { try check(bytes) }
}

/// What no input may bring about.
public struct BrokenPromise: Error, CustomStringConvertible {
    /// Which promise, and by what it was broken.
    public let description: String
}

/// Ends the run unless a promise is kept.
func promise(_ what: String, _ isKept: Bool, _ evidence: @autoclosure () -> Any = "") throws(BrokenPromise) {
    if !isKept { throw BrokenPromise(description: "\(what) \(evidence())") }
}

/// Whether a text stands on one line and holds nothing that a terminal obeys.
func isLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\u{2028}" }
}
