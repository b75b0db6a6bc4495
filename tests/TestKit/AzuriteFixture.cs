using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Aigc.TestKit;

/// <summary>
/// A real Azurite on free ports with nothing in it, for all tests that share this fixture. Where it is not installed
/// the fixture does nothing, and the tests that need it are skipped by <see cref="AzuriteFactAttribute"/>,
/// <see cref="AzuriteTheoryAttribute"/> or <see cref="RequiresAzuriteAttribute"/>.
/// </summary>
public sealed partial class AzuriteFixture : IAsyncLifetime, IDisposable
{
    private const string Account = "devstoreaccount1";

    // The key that every Azurite has; it is in its documentation and opens nothing else.
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly string[] _arguments;
    private readonly Dictionary<string, Uri> _endpoints = [];
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;

    public AzuriteFixture()
        : this([])
    {
    }

    internal AzuriteFixture(params string[] arguments) => _arguments = arguments;

    /// <summary>The blob service, with the account's name.</summary>
    public Uri BlobEndpoint => Endpoint("Blob");

    /// <summary>For the clients of all three services.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
        + $"BlobEndpoint={Endpoint("Blob")};QueueEndpoint={Endpoint("Queue")};TableEndpoint={Endpoint("Table")};";

    public async Task InitializeAsync()
    {
        if (AzuriteInstallation.Missing is not null)
            return;
        var start = new ProcessStartInfo(NodeInstallation.Node!)
        {
            ArgumentList =
            {
                AzuriteInstallation.Script, "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry",
                "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
            },
            // Azurite ends when this pipe closes, which it does however this process ends.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in _arguments)
            start.ArgumentList.Add(argument);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += (_, _) => _started.TrySetException(new InvalidOperationException($"Azurite ended:\n{Output()}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await _started.Task.WaitAsync(StartLimit);
        }
        catch (TimeoutException exception)
        {
            Dispose();
            throw new TimeoutException($"Azurite did not start:\n{Output()}", exception);
        }
    }

    public Task DisposeAsync()
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    [GeneratedRegex(@"Azurite (?<service>\w+) service is successfully listening at (?<address>https?://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();

    private void Read(string? line)
    {
        lock (_endpoints)
        {
            _output.AppendLine(line);
            if (Listening().Match(line ?? "") is not { Success: true } match)
                return;
            _endpoints[match.Groups["service"].Value] = new Uri($"{match.Groups["address"]}/{Account}");
            if (_endpoints.Count == 3)
                _started.TrySetResult();
        }
    }

    private string Output()
    {
        lock (_endpoints)
            return _output.ToString();
    }

    private Uri Endpoint(string service)
    {
        lock (_endpoints)
            return _endpoints[service];
    }
}
