extension StatusQuery: MaskedDescription {
    /// Reference, masked recipient and day.
    public var description: String {
        "query for \(reference ?? "any reference") to \(recipient?.masked ?? "anybody"), sent \(sentAt.timestamp)"
    }
}

extension StatusRecord: MaskedDescription {
    /// State, reference, masked recipient and the vendor's code; never the text.
    public var description: String {
        "\(state.rawValue) \(reference ?? "without reference") to \(recipient?.masked ?? "nobody known")"
            + (vendorCode.map { ", \($0)" } ?? "")
    }
}
