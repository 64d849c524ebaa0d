import NotificationGateway

extension SendResult {
    /// The result as JSON, as `Codable` would write it with its members in the order of their names.
    var json: String {
        var writer = JSONObjectWriter(capacity: 1_024)
        writer.object { writer in
            writer.name("attempts")
            writer.array(attempts) { writer, attempt in attempt.write(to: &writer) }
            writer.name("recipients")
            writer.array(recipients) { writer, recipient in recipient.write(to: &writer) }
            writer.member("requests", requests)
        }
        return writer.text()
    }
}

extension SendResult.RecipientOutcome {
    fileprivate func write(to writer: inout JSONObjectWriter) {
        writer.object { writer in
            writer.member("address", address)
            writer.member("explanation", explanation)
            writer.member("outcome", outcome)
            writer.member("provider", provider)
            writer.member("reason", reason)
            if let receipt {
                writer.name("receipt")
                receipt.write(to: &writer)
            }
            writer.member("vendorMessageID", vendorMessageID)
        }
    }
}

extension ReceiptWord {
    fileprivate func write(to writer: inout JSONObjectWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("explanation", explanation)
            writer.member("isDelivered", isDelivered)
            writer.member("timeNanoseconds", timeNanoseconds)
        }
    }
}

extension AttemptRecord {
    fileprivate func write(to writer: inout JSONObjectWriter) {
        writer.object { writer in
            writer.member("acceptance", acceptance)
            writer.member("duration_ms", durationMilliseconds)
            writer.member("next", next)
            writer.member("number", number)
            writer.member("provider", provider)
            writer.member("reason", reason)
            writer.member("recipients", recipients)
            if let reconciliation {
                writer.name("reconciliation")
                reconciliation.write(to: &writer)
            }
            writer.member("reference", reference)
            writer.member("request_id", requestID)
            writer.member("retry_after_ms", retryAfterMilliseconds)
            writer.member("vendor_code", vendorCode)
            writer.member("vendor_message", vendorMessage)
            writer.member("why", why)
        }
    }
}

extension AttemptRecord.Reconciliation {
    fileprivate func write(to writer: inout JSONObjectWriter) {
        writer.object { writer in
            writer.member("asked", asked)
            writer.member("next", next)
            writer.member("reason", reason)
            writer.member("vendor_code", vendorCode)
            writer.member("vendor_message", vendorMessage)
            writer.member("why", why)
        }
    }
}
