import NotificationGateway

// The tables. One row a line; the reasons of groups stand above them.

extension DysmsErrorCodes {
    static let businessRows: [Row] = [
        // The recipient.
        Row(.business, "isv.MOBILE_NUMBER_ILLEGAL", .invalidRecipient),
        Row(.business, "isv.MOBILE_COUNT_OVER_LIMIT", .invalidRequest),
        Row(.business, "isv.DOMESTIC_NUMBER_NOT_SUPPORTED", .templateNotApproved),
        // Today the number is on a list; until 2023 a word in a variable was. The text decides: see `AnswerReader`.
        Row(.business, "isv.BLACK_KEY_CONTROL_LIMIT", .blockedRecipient),
        Row(.business, "isv.CUSTOMER_REFUSED", .blockedRecipient),

        // The content.
        Row(.business, "isv.TEMPLATE_MISSING_PARAMETERS", .missingParameter),
        Row(.business, "isv.INVALID_JSON_PARAM", .invalidContent),
        Row(.business, "isv.TEMPLATE_PARAMS_ILLEGAL", .invalidContent),
        Row(.business, "isv.PARAM_LENGTH_LIMIT", .invalidContent),
        Row(.business, "isv.PARAM_NOT_SUPPORT_URL", .invalidContent),
        Row(.business, "isv.SMS_CONTENT_ILLEGAL", .invalidContent),
        Row(.business, "isv.UNSUPPORTED_CONTENT", .invalidContent),
        Row(.business, "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE", .invalidContent),
        Row(.business, "isv.INVALID_PARAMETERS", .invalidRequest),

        // The sign name.
        Row(.business, "isv.SMS_SIGNATURE_ILLEGAL", .senderNotApproved),
        Row(.business, "isv.SMS_SIGN_NAME_ILLEGAL", .senderNotApproved),
        Row(.business, "isv.SIGN_NAME_ILLEGAL", .senderNotApproved),
        Row(.business, "isv.SMS_SIGN_ILLEGAL", .senderNotApproved),
        Row(.business, "isv.SIGN_STATE_ILLEGAL", .senderNotApproved),
        Row(.business, "isv.SIGN_SOURCE_ILLEGAL", .senderNotApproved),
        Row(.receipts, "SIGNATURE_BLACKLIST", .senderNotApproved),
        Row(.business, "isv.SIGNATURE_BLACKLIST", .senderNotApproved),
        Row(.business, "isv.SMS_SIGNATURE_SCENE_ILLEGAL", .senderNotApproved),
        Row(.business, "isv.EXTEND_CODE_ERROR", .senderNotApproved),
        Row(.business, "isv.ONE_CODE_MULTIPLE_SIGN", .senderNotApproved),
        Row(.business, "isv.CODE_EXCEED_LIMIT", .senderNotApproved),
        Row(.business, "isv.CODE_ERROR", .senderNotApproved),
        Row(.receipts, "PORT_NOT_REGISTERED", .senderNotApproved),
        Row(.business, "isv.SMS_TEST_NUMBER_LIMIT", .senderNotApproved),

        // The template.
        Row(.business, "isv.SMS_TEMPLATE_ILLEGAL", .templateNotApproved),
        Row(.business, "template_parameter_count_illegal", .templateNotApproved),
        Row(.business, "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT", .templateNotApproved),
        Row(.business, "isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL", .templateNotApproved),

        // Limits. The first protects a person from being bombed: sending through another vendor would walk around it.
        Row(.business, "isv.BUSINESS_LIMIT_CONTROL", .recipientLimit, pause: .level),
        Row(.business, "isv.DAY_LIMIT_CONTROL", .dailyLimit, pause: .dayEnd),
        Row(.business, "isv.MONTH_LIMIT_CONTROL", .dailyLimit, pause: .monthEnd),

        // The account.
        Row(.business, "isv.AMOUNT_NOT_ENOUGH", .insufficientBalance),
        Row(.business, "isv.OUT_OF_SERVICE", .insufficientBalance),
        Row(.business, "isv.PRODUCT_UN_SUBSCRIPT", .permissionDenied),
        Row(.business, "isv.PRODUCT_UNSUBSCRIBE", .permissionDenied),
        Row(.business, "isv.ACCOUNT_NOT_EXISTS", .authenticationFailed),
        Row(.business, "isv.ACCOUNT_ABNORMAL", .accountSuspended),
        Row(.business, "isv.SECURITY_FROZEN_ACCOUNT", .accountSuspended),
        Row(.business, "isp.RAM_PERMISSION_DENY", .permissionDenied),
        Row(.business, "isv.DENY_IP_RANGE", .permissionDenied),
        Row(.business, "isv.INTERFACE_OFFLINE", .permissionDenied),

        // The vendor. "Call again" does not say that nothing was taken.
        Row(.business, "isp.SYSTEM_ERROR", .vendorError, .unknown),
        Row(.business, "isp.GATEWAY_ERROR", .vendorError, .unknown),
        Row(.business, "isv.", .vendorError, match: .prefix),
        Row(.business, "isp.", .vendorError, .unknown, match: .prefix),
    ]

    /// Seen in receipts; should one come as an answer, it is an answer.
    static let receiptRows: [Row] = [
        Row(.receipts, "FILTER", .invalidContent),
        Row(.receipts, "VALVE:", .throttled, match: .prefix, pause: .header),
        Row(.receipts, "IS_CLOSE", .vendorError),
        Row(.receipts, "PARAMS_ILLEGAL", .vendorError),
    ]

    /// Of the operations that manage signs, templates and short links; never an answer of sending.
    static let managementRows: [Row] = [
        "isv.SIGN_COUNT_OVER_LIMIT", "isv.TEMPLATE_COUNT_OVER_LIMIT", "isv.SIGN_FILE_LIMIT", "isv.SIGN_OVER_LIMIT",
        "isv.TEMPLATE_OVER_LIMIT", "isv.SMS_OVER_LIMIT", "isv.ERROR_SIGN_NOT_DELETE", "isv.ERROR_SIGN_NOT_MODIFY",
        "isv.ERROR_TEMPLATE_NOT_DELETE", "isv.ERROR_TEMPLATE_NOT_MODIFY", "isv.ERROR_EMPTY_FILE",
        "isv.SMS_SIGN_EMOJI_ILLEGAL", "isv.SHORTURL_OVER_LIMIT", "isv.NO_AVAILABLE_SHORT_URL",
        "isv.SHORTURL_NAME_ILLEGAL", "isv.SOURCEURL_OVER_LIMIT", "isv.SHORTURL_TIME_ILLEGAL",
        "isv.PHONENUMBERS_OVER_LIMIT", "isv.SHORTURL_STILL_AVAILABLE", "isv.SHORTURL_DOMAIN_EMPTY",
    ].map { Row(.business, $0, .vendorError) }

    static let gatewayRows: [Row] = [
        // The request.
        Row(.gateway, "Missing", .missingParameter, match: .name),
        Row(.gateway, "Invalid", .invalidRequest, match: .name),
        Row(.gateway, "InvalidParameter", .invalidRequest, match: .prefix),

        // The key, the signature and the clock.
        Row(.gateway, "InvalidAccessKeyId", .authenticationFailed, match: .prefix),
        Row(.gateway, "InvalidAccessKeyId.NotFound", .authenticationFailed),
        Row(.gateway, "InvalidAccessKeyId.Inactive", .authenticationFailed),
        Row(.gateway, "SignatureDoesNotMatch", .authenticationFailed),
        Row(.gateway, "IncompleteSignature", .authenticationFailed),
        Row(.gateway, "InvalidSecurityToken", .authenticationFailed, match: .prefix),
        Row(.gateway, "InvalidSecurityToken.Expired", .authenticationFailed),
        Row(.gateway, "InvalidSecurityToken.Malformed", .authenticationFailed),
        Row(.gateway, "InvalidSecurityToken.MismatchWithAccessKey", .authenticationFailed),
        // We never use a nonce twice, so a copy of this very request arrived before it.
        Row(.gateway, usedNonce, .vendorError, .unknown),
        // This machine's clock is wrong, not its key.
        Row(.gateway, expiredTimestamp, .configuration),
        Row(.gateway, "InvalidTimeStamp.Format", .invalidRequest),

        // What is called, and how.
        Row(.gateway, "InvalidAction.NotFound", .configuration),
        Row(.gateway, "InvalidApi.NotFound", .configuration),
        Row(.gateway, "InvalidProduct.NotFound", .configuration),
        Row(.gateway, "InvalidVersion", .configuration),
        Row(.gateway, "UnsupportedHTTPMethod", .configuration),
        Row(.gateway, "InvalidSignatureMethod", .configuration),
        Row(.gateway, "InvalidProtocol.NeedSsl", .configuration),

        // Rights.
        Row(.gateway, "Forbidden", .permissionDenied),
        Row(.gateway, "Forbidden.", .permissionDenied, match: .prefix),
        Row(.gateway, "Forbidden.RAM", .permissionDenied),
        Row(.gateway, "NoPermission", .permissionDenied),

        // Load and failures. Throttled requests are not executed; of the others the vendor does not say so.
        Row(.gateway, "Throttling", .throttled, pause: .header),
        Row(.gateway, "Throttling.", .throttled, match: .prefix, pause: .header),
        Row(.gateway, "Throttling.User", .throttled, pause: .header),
        Row(.gateway, "Throttling.Api", .throttled, pause: .header),
        Row(.gateway, "ServiceUnavailable", .vendorError, .unknown, pause: .header),
        Row(.gateway, "InternalError", .vendorError, .unknown, pause: .header),
        Row(.gateway, "UnknownError", .vendorError, .unknown, pause: .header),
    ]
}
