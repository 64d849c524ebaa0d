import NotificationGateway

extension EndpointError {
    /// What the vendor would say where the gateway refuses for a reason of its own.
    init(_ reason: Reason) {
        self = Self.refusal(reason)
    }

    /// What the vendor would say where the desk refuses.
    init(_ refusal: DeskRefusal) {
        switch refusal {
        case .faulty(let reason): self.init(reason)
        case .unavailable: self = .unavailable
        case .throttled(let pause):
            self = .throttled(milliseconds: pause.map { max(1, Int64($0 / .milliseconds(1))) })
        case .uncertain: self = .systemError
        }
    }

    private static func refusal(_ reason: Reason) -> EndpointError {
        switch reason {
        case .invalidRecipient: .illegalNumber
        case .invalidContent: own("isv.TEMPLATE_PARAMS_ILLEGAL", "模板变量内容不合法")
        case .invalidRequest: .invalidParameters
        case .missingParameter: .missingTemplateParameters
        case .blockedRecipient: own("isv.BLACK_KEY_CONTROL_LIMIT", "黑名单管控")
        case .recipientLimit, .quietHours: own("isv.BUSINESS_LIMIT_CONTROL", "触发业务流控")
        case .deadlineExceeded: own("EXPIRED", "消息已过期")
        case .cancelled: own("CANCELLED", "消息已取消")
        case .senderNotApproved: .illegalSign
        // No route takes the message, or no provider of it can.
        case .templateNotApproved, .configuration, .unsupported: .illegalTemplate
        case .dailyLimit: own("isv.DAY_LIMIT_CONTROL", "触发日发送限额")
        case .insufficientBalance: own("isv.AMOUNT_NOT_ENOUGH", "账户余额不足")
        case .permissionDenied: own("isp.RAM_PERMISSION_DENY", "RAM权限不足")
        case .accountSuspended: own("isv.ACCOUNT_ABNORMAL", "账户异常")
        case .authenticationFailed: own("isv.ACCOUNT_NOT_EXISTS", "账户不存在")
        case .throttled, .vendorError, .unreachable, .notTrusted, .timedOut, .connectionLost, .invalidAnswer,
            .storageFailed:
            .systemError
        }
    }

    private static func own(_ code: String, _ message: String) -> EndpointError {
        EndpointError(code: code, message: message, status: 200)
    }
}
