/// A value that never reaches a log: printing, dumping and mirroring it show `***`.
public struct Secret: Sendable, Hashable {
    private let value: String

    /// Wraps a secret.
    public init(_ value: String) {
        self.value = value
    }

    /// The secret itself. Use it where it is needed and nowhere else: the name is meant to stand out in a review.
    public func reveal() -> String { value }

    /// Whether the secret is the empty string, which no vendor accepts.
    public var isEmpty: Bool { value.isEmpty }
}

extension Secret: MaskedDescription {
    /// Always `***`.
    public var description: String { "***" }
}
