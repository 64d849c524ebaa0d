extension CallingCodes {
    /// Every assigned calling code: main country, fewest and most national digits, access digits.
    static let plans: [Plan] =
        northAmerica + africa + europe + latinAmerica + pacific
        + russia + eastAsia + westAsia + services

    /// North America and the Caribbean.
    private static let northAmerica: [Plan] = [
        Plan(1, "US", 10, 10, .one)
    ]

    /// Zone 2: Africa, Greenland, Aruba, the Faroes.
    private static let africa: [Plan] = [
        Plan(20, "EG", 8, 10, .zero), Plan(211, "SS", 9, 9, .zero), Plan(212, "MA", 9, 9, .zero),
        Plan(213, "DZ", 8, 9, .zero), Plan(216, "TN", 8, 8, .none), Plan(218, "LY", 8, 9, .zero),
        Plan(220, "GM", 7, 9, .none), Plan(221, "SN", 9, 9, .none), Plan(222, "MR", 8, 8, .none),
        Plan(223, "ML", 8, 8, .none), Plan(224, "GN", 8, 9, .none), Plan(225, "CI", 10, 10, .none),
        Plan(226, "BF", 8, 8, .none), Plan(227, "NE", 8, 8, .none), Plan(228, "TG", 8, 8, .none),
        Plan(229, "BJ", 8, 10, .none), Plan(230, "MU", 7, 10, .none), Plan(231, "LR", 7, 9, .zero),
        Plan(232, "SL", 8, 8, .zero), Plan(233, "GH", 8, 9, .zero), Plan(234, "NG", 8, 11, .zero),
        Plan(235, "TD", 8, 8, .none), Plan(236, "CF", 8, 8, .none), Plan(237, "CM", 8, 9, .none),
        Plan(238, "CV", 7, 7, .none), Plan(239, "ST", 7, 7, .none), Plan(240, "GQ", 9, 9, .none),
        Plan(241, "GA", 7, 8, .zeroWhenLong), Plan(242, "CG", 9, 9, .none), Plan(243, "CD", 7, 10, .zero),
        Plan(244, "AO", 9, 9, .none), Plan(245, "GW", 7, 9, .none), Plan(246, "IO", 7, 7, .none),
        Plan(247, "SH", 4, 6, .none), Plan(248, "SC", 7, 7, .none), Plan(249, "SD", 9, 9, .zero),
        Plan(250, "RW", 8, 9, .zero), Plan(251, "ET", 9, 9, .zero), Plan(252, "SO", 6, 9, .zero),
        Plan(253, "DJ", 8, 8, .none), Plan(254, "KE", 7, 10, .zero), Plan(255, "TZ", 9, 9, .zero),
        Plan(256, "UG", 9, 9, .zero), Plan(257, "BI", 8, 8, .none), Plan(258, "MZ", 8, 9, .none),
        Plan(260, "ZM", 9, 9, .zero), Plan(261, "MG", 9, 9, .zero), Plan(262, "RE", 9, 9, .zero),
        Plan(263, "ZW", 7, 10, .zero), Plan(264, "NA", 8, 10, .zero), Plan(265, "MW", 7, 9, .zero),
        Plan(266, "LS", 8, 8, .none), Plan(267, "BW", 7, 10, .none), Plan(268, "SZ", 8, 9, .none),
        Plan(269, "KM", 7, 7, .none), Plan(27, "ZA", 8, 10, .zero), Plan(290, "SH", 4, 5, .none),
        Plan(291, "ER", 7, 7, .zero), Plan(297, "AW", 7, 7, .none), Plan(298, "FO", 6, 6, .none),
        Plan(299, "GL", 6, 6, .none),
    ]

    /// Zones 3 and 4: Europe.
    private static let europe: [Plan] = [
        Plan(30, "GR", 10, 12, .none), Plan(31, "NL", 7, 11, .zero), Plan(32, "BE", 8, 9, .zero),
        Plan(33, "FR", 9, 9, .zero), Plan(34, "ES", 9, 9, .none), Plan(350, "GI", 8, 8, .none),
        Plan(351, "PT", 9, 9, .none), Plan(352, "LU", 4, 11, .none), Plan(353, "IE", 7, 10, .zero),
        Plan(354, "IS", 7, 9, .none), Plan(355, "AL", 6, 9, .zero), Plan(356, "MT", 8, 8, .none),
        Plan(357, "CY", 8, 8, .none), Plan(358, "FI", 5, 12, .zero), Plan(359, "BG", 6, 9, .zero),
        Plan(36, "HU", 8, 9, .zeroSix), Plan(370, "LT", 8, 8, .zeroOrEight), Plan(371, "LV", 8, 8, .none),
        Plan(372, "EE", 7, 10, .none), Plan(373, "MD", 8, 8, .zero), Plan(374, "AM", 8, 8, .zero),
        Plan(375, "BY", 9, 10, .eightZero), Plan(376, "AD", 6, 9, .none), Plan(377, "MC", 8, 9, .zero),
        Plan(378, "SM", 6, 10, .none), Plan(379, "VA", 6, 12, .none), Plan(380, "UA", 9, 10, .zero),
        Plan(381, "RS", 6, 12, .zero), Plan(382, "ME", 8, 9, .zero), Plan(383, "XK", 8, 12, .zero),
        Plan(385, "HR", 7, 9, .zero), Plan(386, "SI", 8, 8, .zero), Plan(387, "BA", 8, 9, .zero),
        Plan(389, "MK", 8, 8, .zero), Plan(39, "IT", 6, 12, .none), Plan(40, "RO", 9, 9, .zero),
        Plan(41, "CH", 9, 12, .zero), Plan(420, "CZ", 9, 12, .none), Plan(421, "SK", 6, 9, .zero),
        Plan(423, "LI", 7, 9, .zero), Plan(43, "AT", 4, 13, .zero), Plan(44, "GB", 7, 10, .zero),
        Plan(45, "DK", 8, 8, .none), Plan(46, "SE", 6, 12, .zero), Plan(47, "NO", 5, 8, .none),
        Plan(48, "PL", 9, 10, .none), Plan(49, "DE", 5, 13, .zero),
    ]

    /// Zone 5: Central and South America.
    private static let latinAmerica: [Plan] = [
        Plan(500, "FK", 5, 5, .none), Plan(501, "BZ", 7, 11, .none), Plan(502, "GT", 8, 11, .none),
        Plan(503, "SV", 7, 11, .none), Plan(504, "HN", 8, 11, .none), Plan(505, "NI", 8, 8, .none),
        Plan(506, "CR", 8, 10, .none), Plan(507, "PA", 7, 11, .none), Plan(508, "PM", 6, 9, .zero),
        Plan(509, "HT", 8, 8, .none), Plan(51, "PE", 8, 9, .zero), Plan(52, "MX", 10, 10, .mexican),
        Plan(53, "CU", 6, 10, .zero), Plan(54, "AR", 10, 11, .zero), Plan(55, "BR", 8, 11, .zero),
        Plan(56, "CL", 9, 11, .zero), Plan(57, "CO", 8, 11, .zero), Plan(58, "VE", 10, 10, .zero),
        Plan(590, "GP", 9, 9, .zero), Plan(591, "BO", 8, 9, .zero), Plan(592, "GY", 7, 7, .none),
        Plan(593, "EC", 8, 11, .zero), Plan(594, "GF", 9, 9, .zero), Plan(595, "PY", 6, 11, .zero),
        Plan(596, "MQ", 9, 9, .zero), Plan(597, "SR", 6, 7, .none), Plan(598, "UY", 7, 10, .zero),
        Plan(599, "CW", 7, 8, .none),
    ]

    /// Zone 6: South-East Asia and the Pacific.
    private static let pacific: [Plan] = [
        Plan(60, "MY", 8, 10, .zero), Plan(61, "AU", 6, 10, .zero), Plan(62, "ID", 7, 13, .zero),
        Plan(63, "PH", 6, 12, .zero), Plan(64, "NZ", 7, 10, .zero), Plan(65, "SG", 8, 8, .none),
        Plan(66, "TH", 8, 10, .zero), Plan(670, "TL", 7, 8, .none), Plan(672, "NF", 5, 6, .none),
        Plan(673, "BN", 7, 7, .none), Plan(674, "NR", 7, 7, .none), Plan(675, "PG", 7, 8, .none),
        Plan(676, "TO", 5, 7, .none), Plan(677, "SB", 5, 7, .none), Plan(678, "VU", 5, 7, .none),
        Plan(679, "FJ", 7, 11, .none), Plan(680, "PW", 7, 7, .none), Plan(681, "WF", 6, 9, .none),
        Plan(682, "CK", 5, 5, .none), Plan(683, "NU", 4, 7, .none), Plan(685, "WS", 5, 10, .none),
        Plan(686, "KI", 5, 8, .zero), Plan(687, "NC", 6, 6, .none), Plan(688, "TV", 5, 7, .none),
        Plan(689, "PF", 6, 9, .none), Plan(690, "TK", 4, 7, .none), Plan(691, "FM", 7, 7, .none),
        Plan(692, "MH", 7, 7, .one),
    ]

    /// Zone 7: Russia and Kazakhstan.
    private static let russia: [Plan] = [
        Plan(7, "RU", 10, 10, .eight)
    ]

    /// Zone 8: East Asia.
    private static let eastAsia: [Plan] = [
        Plan(81, "JP", 9, 11, .zero), Plan(82, "KR", 8, 11, .zero), Plan(84, "VN", 7, 10, .zero),
        Plan(850, "KP", 8, 10, .zero), Plan(852, "HK", 8, 8, .none), Plan(853, "MO", 8, 8, .none),
        Plan(855, "KH", 8, 10, .zero), Plan(856, "LA", 8, 10, .zero), Plan(86, "CN", 10, 11, .zero),
        Plan(880, "BD", 6, 10, .zero), Plan(886, "TW", 8, 9, .zero),
    ]

    /// Zone 9: South, West and Central Asia.
    private static let westAsia: [Plan] = [
        Plan(90, "TR", 10, 10, .zero), Plan(91, "IN", 10, 10, .zero), Plan(92, "PK", 8, 12, .zero),
        Plan(93, "AF", 9, 9, .zero), Plan(94, "LK", 9, 9, .zero), Plan(95, "MM", 6, 10, .zero),
        Plan(960, "MV", 7, 10, .none), Plan(961, "LB", 7, 8, .zero), Plan(962, "JO", 8, 9, .zero),
        Plan(963, "SY", 8, 9, .zero), Plan(964, "IQ", 8, 10, .zero), Plan(965, "KW", 7, 8, .none),
        Plan(966, "SA", 9, 10, .zero), Plan(967, "YE", 7, 9, .zero), Plan(968, "OM", 7, 9, .none),
        Plan(970, "PS", 8, 10, .zero), Plan(971, "AE", 7, 12, .zero), Plan(972, "IL", 8, 10, .zero),
        Plan(973, "BH", 8, 8, .none), Plan(974, "QA", 7, 8, .none), Plan(975, "BT", 7, 8, .none),
        Plan(976, "MN", 8, 10, .zero), Plan(977, "NP", 8, 11, .zero), Plan(98, "IR", 6, 10, .zero),
        Plan(992, "TJ", 9, 9, .eight), Plan(993, "TM", 8, 8, .eight), Plan(994, "AZ", 9, 9, .zero),
        Plan(995, "GE", 9, 9, .zero), Plan(996, "KG", 9, 10, .zero), Plan(997, "KZ", 10, 10, .none),
        Plan(998, "UZ", 9, 9, .eight),
    ]

    /// Services of no country: freephone, shared cost, satellites, personal numbers, networks, premium rate.
    private static let services: [Plan] = [
        Plan(800, nil, 8, 8, .none), Plan(808, nil, 8, 8, .none), Plan(870, nil, 9, 12, .none),
        Plan(878, nil, 12, 12, .none), Plan(881, nil, 8, 10, .none), Plan(882, nil, 7, 12, .none),
        Plan(883, nil, 7, 12, .none), Plan(888, nil, 7, 12, .none), Plan(979, nil, 9, 9, .none),
    ]
}
