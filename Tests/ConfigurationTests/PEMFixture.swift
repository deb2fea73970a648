/// A certificate and its key, and another key. They protect nothing.
enum PEMFixture {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBizCCATGgAwIBAgIUcqKp/qn7L/GFhLi46Ihntw1E4rYwCgYIKoZIzj0EAwIw
        GjEYMBYGA1UEAwwPZ2F0ZXdheS5pbnZhbGlkMCAXDTI2MTEyMTEwMjIyNFoYDzIx
        MjYxMDI4MTAyMjI0WjAaMRgwFgYDVQQDDA9nYXRld2F5LmludmFsaWQwWTATBgcq
        hkjOPQIBBggqhkjOPQMBBwNCAATyoyHC1j1Tlz4VQLW0L5LxZPrPSZxrFYmDM6xo
        1jeoB1mTHWNsHtKO+XI5Wz6045OndKotMDza1xfaUuoBgp26o1MwUTAdBgNVHQ4E
        FgQUVsPpaux17mJY+9jxED7p9ufrSaEwHwYDVR0jBBgwFoAUVsPpaux17mJY+9jx
        ED7p9ufrSaEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAgSoy
        jC1bFrrjTANK5dzq3jDDV5bs5UFEzn7IRfBI2RICIFzw8Eo94iRoLIB/R2yBUrt1
        wlCN83VnexB2HmP3iHaB
        -----END CERTIFICATE-----

        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGv66i+XmzTfxcRtg
        1/EQ/QXCsoAGmMvPQbQXL+v4hpShRANCAATyoyHC1j1Tlz4VQLW0L5LxZPrPSZxr
        FYmDM6xo1jeoB1mTHWNsHtKO+XI5Wz6045OndKotMDza1xfaUuoBgp26
        -----END PRIVATE KEY-----

        """

    static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUodQCbk6QMYL0CuZ
        ZGU20PZRlU+a8k8sZ1LOmzrAeg6hRANCAASYNkOU+SR9zLPgvcLI/Dp/+hGG9ww7
        jYvilFqc7Kh91Awv443umJYylvpRX/orY0t7UvVzqxybWcat0fAMUCDM
        -----END PRIVATE KEY-----

        """
}
