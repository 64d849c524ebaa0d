/// Reads what a vendor posts of its own accord about messages that it took.
///
/// It sees bytes from the internet: whatever they are, nothing traps, and what they say is no more than the word of whoever
/// knew where to post. It holds no account and does no I/O.
public protocol ReceiptReader: Sendable {
    /// Reads the body of one post.
    ///
    /// - Throws: ``UnreadableReceipts`` when it has not the vendor's form at all.
    func read(_ body: [UInt8]) throws(UnreadableReceipts) -> ReceiptPost

    /// What the vendor wants to hear when everything in a post has been written down; before that it is told to come again.
    var acknowledgement: ReceiptAcknowledgement { get }
}

/// The receipts of one post.
public struct ReceiptPost: Sendable {
    /// What the vendor says of each message, in its order.
    public var records: [StatusRecord]
    /// How many more there were that cannot be read; they cost the others nothing.
    public var unreadable: Int

    /// Describes a post.
    public init(records: [StatusRecord], unreadable: Int = 0) {
        self.records = records
        self.unreadable = unreadable
    }
}

/// A successful answer to a vendor's post; its status is 200.
public struct ReceiptAcknowledgement: Sendable {
    /// The media type of the body.
    public var contentType: String
    /// The body.
    public var body: String

    /// Describes an answer.
    public init(contentType: String, body: String) {
        self.contentType = contentType
        self.body = body
    }
}

/// A post that has not the vendor's form; says what was expected and repeats nothing of it.
public struct UnreadableReceipts: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for people.
    public let description: String

    /// Wraps the sentence.
    public init(_ description: String) {
        self.description = description
    }
}
