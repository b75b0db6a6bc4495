using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;

namespace Aigc.Artifacts;

/// <summary>Addresses of single blobs that open for some minutes: user delegation SAS, signed without any account key.</summary>
/// <remarks>
/// The identity of the client needs the role Storage Blob Delegator beside that of reading blobs. Safe for many calls at once; a signing
/// key is asked for about once an hour.
/// </remarks>
public sealed class BlobLinks
{
    /// <summary>The shortest life that may be asked for.</summary>
    public static readonly TimeSpan MinLife = TimeSpan.FromMinutes(2);

    /// <summary>The longest life that may be asked for.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromHours(1);

    // Clocks of two machines differ; the service's documentation advises a quarter of an hour.
    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan _keyLife = TimeSpan.FromHours(2);

    // A refusal is kept this long, so that an identity without the role does not cost every picture a request.
    private static readonly TimeSpan _refusalLife = TimeSpan.FromMinutes(1);

    private readonly BlobServiceClient _service;
    private readonly TimeSpan _life;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Task<UserDelegationKey>? _key;
    private DateTimeOffset _askedAt;

    /// <summary>Creates links.</summary>
    /// <param name="service">The account, opened by an identity.</param>
    /// <param name="life">
    /// The longest that an address opens, from <see cref="MinLife"/> to <see cref="MaxLife"/>; the shortest is half of it. Within half of it
    /// a blob's address stays the same, so that browsers find what they have.
    /// </param>
    /// <param name="time">The clock.</param>
    public BlobLinks(BlobServiceClient service, TimeSpan life, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(life, MinLife);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(life, MaxLife);
        (_service, _life, _time) = (service, life, time);
    }

    /// <summary>The address of one blob.</summary>
    /// <exception cref="RequestFailedException">The account does not answer or refuses to sign.</exception>
    internal async ValueTask<Uri> OfAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        var half = _life / 2;
        var now = _time.GetUtcNow();
        var slot = new DateTimeOffset(now.Ticks - now.Ticks % half.Ticks, TimeSpan.Zero);
        var key = await KeyAsync(slot + _life, now).WaitAsync(cancellationToken).ConfigureAwait(false);
        var sas = new BlobSasBuilder(BlobSasPermissions.Read, slot + _life)
        {
            BlobContainerName = blob.BlobContainerName,
            BlobName = blob.Name,
            Resource = "b",
            StartsOn = slot - _skew,
            Protocol = SasProtocol.Https,
        };
        return new BlobUriBuilder(blob.Uri) { Sas = sas.ToSasQueryParameters(key, _service.AccountName) }.ToUri();
    }

    private Task<UserDelegationKey> KeyAsync(DateTimeOffset until, DateTimeOffset now)
    {
        lock (_gate)
        {
            var isSpent = _key switch
            {
                null => true,
                { IsCompleted: true, IsCompletedSuccessfully: false } => now >= _askedAt + _refusalLife,
                _ => until > _askedAt + _keyLife,
            };
            if (isSpent)
                (_key, _askedAt) = (AskAsync(now), now);
            return _key!;
        }
    }

    // Nobody's cancellation: all who wait for it share it.
    private async Task<UserDelegationKey> AskAsync(DateTimeOffset now)
    {
        var options = new BlobGetUserDelegationKeyOptions(now + _keyLife) { StartsOn = now - _skew };
        return await _service.GetUserDelegationKeyAsync(options, CancellationToken.None).ConfigureAwait(false);
    }
}
