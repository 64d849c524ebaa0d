import LoopbackServer

/// A vendor on a real socket that repeats all that it was told, in the answers that a vendor may give.
struct CanaryVendor: Sendable {
    /// What becomes of a request.
    enum Move: Sendable {
        /// An answer, its length before it.
        case answer([UInt8], status: String = "200 OK")
        /// An answer of which half arrives.
        case half([UInt8])
        /// The connection ends without one.
        case close
        /// Nothing, until the sender goes.
        case silence

        /// It is taken.
        static let accepts = code("OK", message: "OK")
        /// It is refused, with everything that it said in the reason.
        static func refuses(_ code: String, _ words: String = Canary.echo) -> Move { self.code(code, message: words) }

        static func code(_ code: String, message: String, status: String = "200 OK") -> Move {
            let members = [("Code", code), ("Message", message), ("RequestId", "R-1"), ("BizId", "B-1")]
            let body = members.map { #""\#($0)":"\#(escaped($1))""# }.joined(separator: ",")
            return .answer(Array("{\(body)}".utf8), status: status)
        }

        /// An answer in XML.
        static func markup(_ code: String, _ words: String = Canary.echo) -> Move {
            let message = words.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return .answer(
                Array("<Error><Code>\(code)</Code><Message>\(message)</Message></Error>".utf8),
                status: "400 Bad Request")
        }

        /// A page of something between here and the vendor.
        static let page = Move.answer(
            Array("<html><body>\(Canary.echo)</body></html>".utf8), status: "502 Bad Gateway")

        /// The vendor's list of what it took.
        static func records(_ references: [String]) -> Move {
            let records = references.map { #"{"OutId":"\#($0)","SendStatus":1}"# }.joined(separator: ",")
            return .answer(
                Array(
                    #"{"Code":"OK","TotalCount":\#(references.count),"SmsSendDetailDTOs":{"SmsSendDetailDTO":[\#(records)]}}"#
                        .utf8))
        }

        private static func escaped(_ text: String) -> String {
            text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        }
    }

    /// What becomes of messages.
    var send = Move.accepts
    /// What becomes of messages to a number; by its last digits.
    var sendTo: [String: Move] = [:]
    /// What becomes of questions.
    var query = Move.refuses("isv.OTHER")
    /// Given when a request has come that is never answered.
    var arrival = Signal()

    /// Starts it.
    func serve() -> LoopbackServer {
        LoopbackServer { (connection: ServerConnection) in
            while let request = connection.readRequest() {
                switch move(request) {
                case .answer(let body, let status): connection.write(Answer.bytes(body, status: status))
                case .half(let body):
                    let answer = Answer.bytes(body)
                    connection.write(Array(answer[..<(answer.count - body.count / 2)]))
                    return
                case .close: return
                case .silence:
                    arrival.give()
                    connection.readToEnd()
                    return
                }
            }
        }
    }

    private func move(_ request: ReceivedRequest) -> Move {
        let text = request.head + String(decoding: request.body, as: UTF8.self)
        guard text.contains("QuerySendDetails") else {
            // The list of recipients ends the number or goes on with a comma.
            return sendTo.first { text.contains($0.key) }?.value ?? send
        }
        return query
    }
}
