import HTTPTransport
import NotificationGateway
import Testing

@testable import AliyunProvider

/// The vendor's codes, written out again from its pages, so that a slip in our table shows.
struct ErrorTableTests {
    struct Expectation: Sendable, CustomTestStringConvertible {
        var code: String
        var status: Int
        var reason: Reason
        var acceptance: Acceptance
        var testDescription: String { "\(code) under \(status)" }
    }

    private static func each(
        _ codes: String, _ reason: Reason, _ acceptance: Acceptance = .rejected, status: Int = 200
    ) -> [Expectation] {
        codes.split(whereSeparator: \.isWhitespace).map {
            Expectation(code: String($0), status: status, reason: reason, acceptance: acceptance)
        }
    }

    private static let recipientsAndContent: [Expectation] =
        each("isv.MOBILE_NUMBER_ILLEGAL", .invalidRecipient)
        + each("isv.MOBILE_COUNT_OVER_LIMIT isv.INVALID_PARAMETERS", .invalidRequest)
        + each("isv.BLACK_KEY_CONTROL_LIMIT isv.CUSTOMER_REFUSED", .blockedRecipient)
        + each("isv.TEMPLATE_MISSING_PARAMETERS", .missingParameter)
        + each(
            """
            isv.INVALID_JSON_PARAM isv.TEMPLATE_PARAMS_ILLEGAL isv.PARAM_LENGTH_LIMIT isv.PARAM_NOT_SUPPORT_URL
            isv.SMS_CONTENT_ILLEGAL isv.UNSUPPORTED_CONTENT isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE FILTER
            """, .invalidContent)
        + each("isv.BUSINESS_LIMIT_CONTROL", .recipientLimit)

    private static let signsAndTemplates: [Expectation] =
        each(
            """
            isv.SMS_SIGNATURE_ILLEGAL isv.SMS_SIGN_NAME_ILLEGAL isv.SIGN_NAME_ILLEGAL isv.SMS_SIGN_ILLEGAL
            isv.SIGN_STATE_ILLEGAL isv.SIGN_SOURCE_ILLEGAL SIGNATURE_BLACKLIST isv.SIGNATURE_BLACKLIST
            isv.SMS_SIGNATURE_SCENE_ILLEGAL isv.EXTEND_CODE_ERROR isv.ONE_CODE_MULTIPLE_SIGN isv.CODE_EXCEED_LIMIT
            isv.CODE_ERROR PORT_NOT_REGISTERED isv.SMS_TEST_NUMBER_LIMIT
            """, .senderNotApproved)
        + each(
            """
            isv.DOMESTIC_NUMBER_NOT_SUPPORTED template_parameter_count_illegal isv.SMS_TEMPLATE_ILLEGAL
            isv.SMS_TEST_SIGN_TEMPLATE_LIMIT isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL
            """, .templateNotApproved)

    private static let account: [Expectation] =
        each("isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL", .dailyLimit)
        + each("isv.AMOUNT_NOT_ENOUGH isv.OUT_OF_SERVICE", .insufficientBalance)
        + each(
            """
            isv.PRODUCT_UN_SUBSCRIPT isv.PRODUCT_UNSUBSCRIBE isp.RAM_PERMISSION_DENY isv.DENY_IP_RANGE
            isv.INTERFACE_OFFLINE
            """, .permissionDenied)
        + each("isv.ACCOUNT_NOT_EXISTS", .authenticationFailed)
        + each("isv.ACCOUNT_ABNORMAL isv.SECURITY_FROZEN_ACCOUNT", .accountSuspended)
        + each("isp.SYSTEM_ERROR isp.GATEWAY_ERROR", .vendorError, .unknown)

    private static let others: [Expectation] =
        each("VALVE:M_MC VALVE:H_MC VALVE:D_MC", .throttled)
        + each(
            """
            IS_CLOSE PARAMS_ILLEGAL isv.SIGN_COUNT_OVER_LIMIT isv.TEMPLATE_COUNT_OVER_LIMIT isv.SIGN_FILE_LIMIT
            isv.SIGN_OVER_LIMIT isv.TEMPLATE_OVER_LIMIT isv.SMS_OVER_LIMIT isv.ERROR_SIGN_NOT_DELETE
            isv.ERROR_SIGN_NOT_MODIFY isv.ERROR_TEMPLATE_NOT_DELETE isv.ERROR_TEMPLATE_NOT_MODIFY isv.ERROR_EMPTY_FILE
            isv.SMS_SIGN_EMOJI_ILLEGAL isv.SHORTURL_OVER_LIMIT isv.NO_AVAILABLE_SHORT_URL isv.SHORTURL_NAME_ILLEGAL
            isv.SOURCEURL_OVER_LIMIT isv.SHORTURL_TIME_ILLEGAL isv.PHONENUMBERS_OVER_LIMIT
            isv.SHORTURL_STILL_AVAILABLE isv.SHORTURL_DOMAIN_EMPTY
            """, .vendorError)

    private static let gateway: [Expectation] =
        each(
            "MissingPhoneNumbers MissingSignName MissingTemplateCode MissingAccessKeyId", .missingParameter, status: 400
        )
        + each(
            """
            InvalidPhoneNumbers InvalidParameter InvalidParameter.Format InvalidParameterValue InvalidTimeStamp.Format
            """,
            .invalidRequest, status: 400)
        + each("InvalidAccessKeyId.NotFound", .authenticationFailed, status: 404)
        + each(
            """
            InvalidAccessKeyId.Inactive SignatureDoesNotMatch IncompleteSignature InvalidSecurityToken.Expired
            InvalidSecurityToken.Malformed InvalidSecurityToken.MismatchWithAccessKey
            """, .authenticationFailed, status: 400)
        + each("SignatureNonceUsed", .vendorError, .unknown, status: 400)
        + each(
            "InvalidAction.NotFound InvalidApi.NotFound InvalidProduct.NotFound InvalidProtocol.NeedSsl",
            .configuration, status: 404)
        + each(
            "InvalidVersion UnsupportedHTTPMethod InvalidSignatureMethod InvalidTimeStamp.Expired", .configuration,
            status: 400)
        + each("Forbidden.RAM NoPermission Forbidden", .permissionDenied, status: 403)
        + each("Throttling Throttling.User Throttling.Api", .throttled, status: 400)
        + each("Throttling Throttling.User", .throttled, status: 429)
        + each("Throttling.Api", .throttled, status: 503)
        + each("ServiceUnavailable", .vendorError, .unknown, status: 503)
        + each("InternalError UnknownError", .vendorError, .unknown, status: 500)

    private static let unforeseen: [Expectation] =
        each("isv.NEVER_SEEN", .vendorError)
        + each("isv.NEVER_SEEN", .vendorError, status: 500)
        + each("isp.NEVER_SEEN", .vendorError, .unknown)
        + each("isp.NEVER_SEEN", .vendorError, .unknown, status: 400)
        + each("InvalidAccessKeyId.New InvalidSecurityToken.New", .authenticationFailed, status: 400)
        + each("Throttling.New", .throttled, status: 400)
        + each("Forbidden.New", .permissionDenied, status: 403)
        + each("Unheard.Of", .vendorError, status: 400)
        + each("Unheard.Of", .permissionDenied, status: 403)
        + each("Unheard.Of", .configuration, status: 404)
        + each("Unheard.Of", .throttled, status: 429)
        + each("Unheard.Of ok Ok 200 Missing Invalid Missingly", .vendorError, .unknown)
        + each("Unheard.Of", .vendorError, .unknown, status: 302)
        + each("Unheard.Of", .vendorError, .unknown, status: 502)

    static let expectations = recipientsAndContent + signsAndTemplates + account + others + gateway + unforeseen

    @Test("a code gives its reason, what is known of the message, and stays verbatim", arguments: expectations)
    func codeIsClassified(_ expected: Expectation) async throws {
        let error = try await DysmsBench([.code(expected.code, status: expected.status)]).failure()
        #expect(error.reason == expected.reason)
        #expect(error.acceptance == expected.acceptance)
        #expect(error.vendorCode == VendorCode(rawValue: expected.code))
        #expect(error.requestID == "R-2")
        #expect(error.message.contains("the vendor's text") || expected.code == "SignatureDoesNotMatch")
    }

    @Test("every row of the table is expected by some code here: a new row needs a line in this test")
    func everyRowIsExpected() {
        let expected = Set(Self.expectations.compactMap { DysmsErrorCodes.row(for: $0.code) })
        let forgotten = DysmsErrorCodes.rows.filter { !expected.contains($0) }.map(\.code)
        #expect(forgotten == [])
    }

    @Test("no code stands twice in the table, and every row names its page")
    func noDoubles() {
        let codes = DysmsErrorCodes.rows.map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(DysmsErrorCodes.rows.allSatisfy { $0.page.rawValue.hasPrefix("https://") })
    }

    @Test("no code but OK under status 200 is ever acceptance")
    func nothingElseIsAcceptance() {
        #expect(DysmsErrorCodes.rows.allSatisfy { $0.acceptance != .accepted })
        for status in 100...999 {
            #expect(DysmsErrorCodes.meaning(of: nil, status: status).acceptance != .accepted)
            #expect(DysmsErrorCodes.meaning(of: "Unheard.Of", status: status).acceptance != .accepted)
            #expect(status < 500 || DysmsErrorCodes.meaning(of: nil, status: status).acceptance == .unknown)
        }
    }
}
