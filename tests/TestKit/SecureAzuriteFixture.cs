using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Aigc.TestKit;

/// <summary>
/// A real Azurite over https that takes bearer tokens, as the signing of addresses by an identity needs it. Its certificate is made for it
/// and trusted by <see cref="Client"/> alone.
/// </summary>
public sealed class SecureAzuriteFixture : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly X509Certificate2 _certificate;
    private readonly AzuriteFixture _azurite;
    private bool _disposed;

    public SecureAzuriteFixture()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        _certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (cert, secret) = (_folder.Combine("cert.pem"), _folder.Combine("key.pem"));
        File.WriteAllText(cert, _certificate.ExportCertificatePem());
        File.WriteAllText(secret, key.ExportPkcs8PrivateKeyPem());
        _azurite = new AzuriteFixture("--cert", cert, "--key", secret, "--oauth", "basic");
        Client = new HttpClient(new HttpClientHandler
        {
            AllowAutoRedirect = false,
            ServerCertificateCustomValidationCallback = (_, theirs, _, _) => theirs?.Thumbprint == _certificate.Thumbprint,
        });
    }

    /// <summary>The blob service, with the account's name.</summary>
    public Uri BlobEndpoint => _azurite.BlobEndpoint;

    /// <summary>Reaches it.</summary>
    public HttpClient Client { get; }

    public Task InitializeAsync() => _azurite.InitializeAsync();

    public Task DisposeAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _azurite.Dispose();
        Client.Dispose();
        _certificate.Dispose();
        _folder.Dispose();
    }
}
