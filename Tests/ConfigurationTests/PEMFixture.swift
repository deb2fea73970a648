/// Certificates and keys that protect nothing.
enum PEMFixture {
    /// From 2020 to 2120.
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBHTCBxAIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9nYXRld2F5LmludmFs
        aWQwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBoxGDAWBgNVBAMM
        D2dhdGV3YXkuaW52YWxpZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPKjIcLW
        PVOXPhVAtbQvkvFk+s9JnGsViYMzrGjWN6gHWZMdY2we0o75cjlbPrTjk6d0qi0w
        PNrXF9pS6gGCnbowCgYIKoZIzj0EAwIDSAAwRQIgfgpH9iwy5OLc6plDwQajRIRn
        5w6ZM+8E2ei3qtJ5uR4CIQClXNfUGy/j0E92ggb6iV7TswXQCmT59EbPTBJTjKAn
        Sw==
        -----END CERTIFICATE-----

        """

    /// The key of all certificates but the weak one.
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

    /// It ended with 2020.
    static let expiredCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBHDCBwgIBAjAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9nYXRld2F5LmludmFs
        aWQwHhcNMjAwMTAxMDAwMDAwWhcNMjEwMTAxMDAwMDAwWjAaMRgwFgYDVQQDDA9n
        YXRld2F5LmludmFsaWQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATyoyHC1j1T
        lz4VQLW0L5LxZPrPSZxrFYmDM6xo1jeoB1mTHWNsHtKO+XI5Wz6045OndKotMDza
        1xfaUuoBgp26MAoGCCqGSM49BAMCA0kAMEYCIQCXTjVZtQ0e/+03mkf5ZTSFlmwH
        dqvyxZvgYml9s7x87QIhAM7zndGgg1/i5wRxl9o4a8ICXJzjyaauUoMV9NXeklwG
        -----END CERTIFICATE-----

        """

    /// It begins with 2119.
    static let futureCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBIDCBxgIBAzAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9nYXRld2F5LmludmFs
        aWQwIhgPMjExOTAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGjEYMBYGA1UE
        AwwPZ2F0ZXdheS5pbnZhbGlkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8qMh
        wtY9U5c+FUC1tC+S8WT6z0mcaxWJgzOsaNY3qAdZkx1jbB7SjvlyOVs+tOOTp3Sq
        LTA82tcX2lLqAYKdujAKBggqhkjOPQQDAgNJADBGAiEAnR8Te99YmsCixWRu5PAd
        DeIAXQft0DSzxKHNLXKsP8ECIQDg3wF6xnYLnSzq9pW7jgfu6apGsLSf6n6dOWxV
        Q0VuWw==
        -----END CERTIFICATE-----

        """

    /// RSA with 1024 bits, which OpenSSL's security level refuses.
    static let weakCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBpTCCAQ4CAQQwDQYJKoZIhvcNAQELBQAwGjEYMBYGA1UEAwwPZ2F0ZXdheS5p
        bnZhbGlkMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAaMRgwFgYD
        VQQDDA9nYXRld2F5LmludmFsaWQwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGB
        ALogzzsTmi6vn9eivwoDw1VXczoTU808fP8rh6ueoMFeuq+bjNeXRKz2CzAJB7Qj
        lIv2ipY1dcAZwsLw9Vdkl/17BltdjkWa85SZNZWxSlGynyFP/ax8I322wA1Wr2ds
        OxgBHCKCCNAwkJXbAnB8B6QjXehlM93pfLTXwcPVY4olAgMBAAEwDQYJKoZIhvcN
        AQELBQADgYEALfH4y5nBBsiZqHucZpjViXlYABW9UjCptmDjLotW8I5pZSCwiawi
        RSHqdf/MBXo7dgTwTjC9cItJggwZcvBX2VQywA4EmEaCSSUAWR7pNH0+hplULvJa
        dNuEPER+89NrGj3a2xVzrK1rrYQp37Ek6uuIm5l4tiF+P+2ClXcxIak=
        -----END CERTIFICATE-----

        """

    static let weakKey = """
        -----BEGIN PRIVATE KEY-----
        MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALogzzsTmi6vn9ei
        vwoDw1VXczoTU808fP8rh6ueoMFeuq+bjNeXRKz2CzAJB7QjlIv2ipY1dcAZwsLw
        9Vdkl/17BltdjkWa85SZNZWxSlGynyFP/ax8I322wA1Wr2dsOxgBHCKCCNAwkJXb
        AnB8B6QjXehlM93pfLTXwcPVY4olAgMBAAECgYACzCVxNN03YGpdmlOWufHAoZzY
        vZuf1Q3n4+aZHLw7y8mwg/z87IgatWP7p9cWzQYZiG4SzeDkLz7vISH+20MxhIW+
        kNO0P6+OCYkGz8EiIMWJCKolzEt5H4cmTrqObZDyWo85UQ/51jxFfI92OJt63ly2
        zEfQddMMtbCuEURDIQJBAO+hmyou2fEPOnAqHTDZYd+nsqxscNkjv4jMdFuYsuOR
        n2/o9WNMths2RS+U8yX9EKC5pDomRbcT6KiqsUNc5W0CQQDG15pd7Quo50h2vOQo
        Fwrg1CL03k10aB0Ky1soFiUJu/HO59Z/3FsAyuxkfSPpvchPjNVz7OooqR0Ueq05
        UJyZAkArbHmVt0+/IydP1BHeHEZkJRt3q173ukanH4WmY5FnM6hUuz5cdDY70CXR
        bYhyRd2RgpKEBxNzDaSHjAb7UgYxAkEAjUMYsMe589mz2l8he/W6zbUHzIyt3Bgn
        IccM0LLCx2KVTFfaRGXo5OxE+rMIs4MXbqRv9HaIeDCEr0rkC4bgaQJAPWLOdWda
        VokPAfzRDkCmLvoWge12hIdcpRddNLzS++0AcTs8RGzfzn8NogC+P1WLp1xkl59G
        qrIJWxAe8cbMWQ==
        -----END PRIVATE KEY-----

        """
}
