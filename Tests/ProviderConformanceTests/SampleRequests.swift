import NotificationGateway

/// Good requests for subjects.
enum SampleRequests {
    static func code(_ reference: String = "m1-1", to recipients: [Recipient] = [phone]) -> ProviderRequest {
        ProviderRequest(
            messageID: "m1", reference: reference, recipients: recipients, category: .notification,
            content: ProviderContent(
                template: "login-code", parameters: [.init("code", "271828"), .init("product", "某某商城")],
                text: "您的验证码是271828", locale: "zh-cn"),
            deadline: .now)
    }

    /// One for each channel.
    static var everyChannel: [ProviderRequest] {
        Channel.allCases.compactMap { channel in
            guard let recipient = try? Recipient(address(on: channel), channel: channel) else { return nil }
            var request = code("m-\(channel.rawValue)-1", to: [recipient])
            request.channel = channel
            return request
        }
    }

    static var phone: Recipient { number("+8613800138000") }
    static var stranger: Recipient { number("+8613900139000") }

    private static func number(_ text: String) -> Recipient {
        guard let phone = try? Recipient(text, channel: .sms) else { preconditionFailure("\(text) is a valid number") }
        return phone
    }

    private static func address(on channel: Channel) -> String {
        switch channel {
        case .sms, .voice: "+8613800138000"
        case .email: "somebody@example.com"
        case .webhook: "https://example.com/hooks/1f4a9c"
        case .chat: "room-4711-lobby"
        case .push: "0123456789abcdef"
        }
    }
}
