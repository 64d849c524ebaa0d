/// What can be said of a message before it is sent: what is surely wrong with it, and where it would go.
///
/// For those who take messages to send them later: what is wrong now is told to the caller while it listens.
public struct Examination: Sendable {
    /// Something without which the message cannot be sent as it is.
    public struct Fault: Sendable, Hashable {
        /// Which part of the message is wrong.
        public enum Part: Sendable, Hashable {
            /// Its id.
            case id
            /// Its recipients, of whom there are none.
            case recipients
            /// The recipient at a place of ``Message/recipients``.
            case recipient(Int)
            /// The name of its template.
            case template
            /// The template's parameters, or those of single recipients.
            case parameters
            /// Its finished text.
            case text
            /// Its time, which is over.
            case expires
        }

        /// Which part.
        public var part: Part
        /// Why.
        public var reason: Reason
        /// One sentence for people; holds no address and no value.
        public var message: String

        /// Describes a fault.
        public init(_ part: Part, _ reason: Reason, message: String) {
            self.part = part
            self.reason = reason
            self.message = message
        }
    }

    /// What is surely wrong; empty where a send may go well. One for each recipient that nobody can be reached by.
    public var faults: [Fault]
    /// Why the message would be sent: its own category, or its template's.
    public var category: Category
    /// The routes that it would take, each once.
    public var routes: [RouteName]

    /// Describes what was found.
    public init(faults: [Fault] = [], category: Category = .notification, routes: [RouteName] = []) {
        self.faults = faults
        self.category = category
        self.routes = routes
    }
}

extension Gateway {
    /// Looks at a message as ``send(_:)`` would, asks no provider, and changes nothing.
    public func examine(_ message: Message) -> Examination {
        let preparation = planner.prepare(message, random: services.random, timeLeft: timeLeft(message))
        var examination = Examination(category: preparation.message.category)
        for batch in preparation.batches where !examination.routes.contains(routes[batch.route].name) {
            examination.routes.append(routes[batch.route].name)
        }
        // A fault of the whole message stands in every result, and once here.
        if let error = wholeFault(of: message, preparation) {
            examination.faults = [
                Examination.Fault(part(error.reason, message), error.reason, message: error.message)
            ]
            return examination
        }
        for result in preparation.results {
            guard let error = result.error, let place = message.recipients.firstIndex(of: result.given) else {
                continue
            }
            let isValue = error.reason == .missingParameter || error.reason == .invalidContent
            examination.faults.append(
                Examination.Fault(
                    isValue ? .parameters : .recipient(place), error.reason, message: error.message))
        }
        return examination
    }

    private func wholeFault(of message: Message, _ preparation: Preparation) -> ProviderError? {
        // Where one recipient has a way, the message itself is right.
        guard preparation.batches.isEmpty else { return nil }
        guard !message.recipients.isEmpty else {
            return ProviderError(.invalidRequest, .rejected, message: "the message has no recipient")
        }
        do throws(ProviderError) {
            _ = try planner.check(message, preparation.message.id, timeLeft(message))
            try planner.checkIndividualParameters(of: message)
            return nil
        } catch { return error }
    }

    private func part(_ reason: Reason, _ message: Message) -> Examination.Fault.Part {
        switch (reason, message.content) {
        case (.deadlineExceeded, _): .expires
        case (.missingParameter, _): .parameters
        case (.invalidContent, .template): .parameters
        case (.invalidContent, .text): .text
        case (_, .template(let name, _)) where planner.templates[name] == nil: .template
        case _ where message.recipients.isEmpty: .recipients
        default: message.individualParameters.isEmpty ? .id : .parameters
        }
    }
}
