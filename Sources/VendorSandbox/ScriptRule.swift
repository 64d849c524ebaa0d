public import Foundation

/// Which requests go wrong, and how. Rules are tried in order; the first that matches and is not used up decides.
///
///     [{ "match": { "phone": "13800138002" }, "after": 1, "times": 2, "answer": { "code": "isv.AMOUNT_NOT_ENOUGH" } }]
public struct ScriptRule: Sendable, Hashable {
    /// When the connection ends without an answer.
    public enum Close: String, Sendable, Hashable, CaseIterable {
        /// As soon as the head of the request has come, its body unread: the message is not taken. A rule that does
        /// this matches on what stands in the head: header fields and the query.
        case beforeReading = "before-reading"
        /// After the request was read: the message is not taken.
        case afterReading = "after-reading"
        /// After the message was taken: it reaches the phone, and the sender never knows.
        case afterTaking = "after-taking"
    }

    /// What is answered instead of the ordinary answer.
    public struct Answer: Sendable, Hashable {
        /// The vendor's code; nothing is taken unless it is `OK`.
        public var code: String?
        /// The vendor's text.
        public var message: String?
        /// The HTTP status. Alone it is a refusal; beside the code `OK` the message is taken all the same.
        public var httpStatus: Int?
        /// A body instead of the vendor's, such as a proxy's page of HTML.
        public var body: String?
        /// That body's type.
        public var contentType: String?
        /// Header fields that are added.
        public var headers: [String: String] = [:]
        /// How long the answer waits. What is taken is taken before.
        public var delay: Duration?
        /// End the connection instead.
        public var close: Close?
        /// Announce the whole answer, send half of it, and end the connection. The message is taken.
        public var halfAnswer = false
        /// Keep the connection and never answer. The message is taken.
        public var silent = false

        /// The ordinary answer.
        public init() {}
    }

    /// The operation it is for; `nil` for any.
    public var action: String?
    /// The phone it is for, in any usual spelling: `13800138002`, `+86 138-0013-8002`, `１３８００１３８００２`; `nil` for any.
    public var phone: String?
    /// The customer it is for; `nil` for any.
    public var accessKeyID: String?
    /// The template it is for; `nil` for any.
    public var templateCode: String?
    /// How many matching requests pass before it acts.
    public var after = 0
    /// How often it acts; `nil` for ever.
    public var times: Int?
    /// What is answered.
    public var answer: Answer

    /// Describes a rule for every request.
    public init(_ answer: Answer) {
        self.answer = answer
    }

    /// What is wrong with a script.
    public struct Invalid: Error, Sendable, CustomStringConvertible {
        /// Which rule, which key, and what is expected.
        public var description: String
    }

    /// Reads a script: a JSON array of rules, or an object whose `rules` is one.
    ///
    /// - Throws: ``Invalid`` that names the rule and the key.
    public static func parse(_ data: Data) throws -> [ScriptRule] {
        let value: Any
        do { value = try JSONSerialization.jsonObject(with: data) } catch {
            throw Invalid(description: "the script is no JSON: \(error.localizedDescription)")
        }
        return try list(value).enumerated().map { try ScriptRule(reading: ScriptKeys($1, place: "rule \($0 + 1)")) }
    }

    private static func list(_ script: Any) throws -> [Any] {
        if let rules = script as? [Any] { return rules }
        guard script is [String: Any] else { throw Invalid(description: "the script is a JSON array of rules") }
        let keys = try ScriptKeys(script, place: "the script")
        guard let rules = try keys.list("rules") else {
            throw Invalid(description: "the script is a JSON array of rules, or an object whose 'rules' is one")
        }
        try keys.refuseOthers()
        return rules
    }

    private init(reading rule: ScriptKeys) throws {
        answer = try Answer(reading: rule.object("answer"))
        if let match = try rule.optionalObject("match") {
            action = try match.string("action")
            phone = try match.string("phone")
            if let phone, PhoneBook.reading(phone) == nil {
                throw Invalid(description: "\(match.place): 'phone' is a phone number, and '\(phone)' is none")
            }
            accessKeyID = try match.string("access_key_id")
            templateCode = try match.string("template_code")
            try match.refuseOthers()
        }
        after = try rule.integer("after") ?? 0
        times = try rule.integer("times")
        try rule.refuseOthers()
    }
}

extension ScriptRule.Answer {
    fileprivate init(reading answer: ScriptKeys) throws {
        code = try answer.string("code")
        message = try answer.string("message")
        httpStatus = try answer.integer("http_status", in: 100...599)
        body = try answer.string("body")
        contentType = try answer.string("content_type")
        headers = try answer.strings("headers") ?? [:]
        try Self.check(headers, answer)
        if let contentType { try Self.check(["Content-Type": contentType], answer) }
        delay = try answer.integer("delay_ms").map { .milliseconds($0) }
        halfAnswer = try answer.boolean("half_answer") ?? false
        silent = try answer.boolean("silent") ?? false
        if let name = try answer.string("close") {
            guard let close = ScriptRule.Close(rawValue: name) else {
                let known = ScriptRule.Close.allCases.map(\.rawValue).joined(separator: ", ")
                throw ScriptRule.Invalid(description: "\(answer.place): 'close' is one of \(known)")
            }
            self.close = close
        }
        if let throttle = try answer.optionalObject("throttle") {
            (code, message, httpStatus) = ("Throttling.User", "Request was denied due to user flow control.", 400)
            if let pause = try throttle.integer("retry_after_ms") { headers["x-acs-retry-after"] = String(pause) }
            if let pause = try throttle.integer("retry_after_s") { headers["Retry-After"] = String(pause) }
            try throttle.refuseOthers()
        }
        try answer.refuseOthers()
        try Self.refuseContradictions(answer)
    }

    /// What would be read and then not be done misleads whoever wrote it.
    private static func refuseContradictions(_ answer: ScriptKeys) throws {
        let content = ["code", "message", "http_status", "throttle", "body", "content_type", "headers"]
        try answer.refuse(
            content + ["delay_ms", "half_answer", "silent"], beside: "close",
            because: "a closed connection answers nothing")
        try answer.refuse(
            content + ["delay_ms", "half_answer"], beside: "silent", because: "a silent vendor answers nothing")
        try answer.refuse(
            ["code", "message", "http_status"], beside: "throttle", because: "a throttled request has the vendor's own")
        try answer.refuse(
            ["message"], beside: "body", because: "the body stands for the vendor's answer, its text included")
        if answer.isGiven("content_type"), !answer.isGiven("body") {
            throw ScriptRule.Invalid(description: "\(answer.place): 'content_type' says nothing without 'body'")
        }
    }

    /// A line break would end the field, and the answer would say something else than the script.
    private static func check(_ fields: [String: String], _ answer: ScriptKeys) throws {
        guard let field = fields.first(where: { !isFieldName($0.key) || !isFieldValue($0.value) }) else { return }
        throw ScriptRule.Invalid(
            description:
                "\(answer.place): '\(field.key)' is no header field: a name of letters, digits and hyphens, and "
                + "a value on one line")
    }

    private static func isFieldName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func isFieldValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
