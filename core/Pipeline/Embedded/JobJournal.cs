using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Microsoft.Data.Sqlite;

namespace Aigc.Pipeline.Embedded;

/// <summary>
/// What the embedded engine must not forget, in one SQLite file: each job's status, and the answer of each stage call of
/// a job that has not ended.
/// </summary>
/// <remarks>
/// Write-ahead logging with <c>synchronous=NORMAL</c>: a killed process loses nothing that was written; a power cut may
/// lose the last calls, which are then made again.
/// </remarks>
internal sealed class JobJournal : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS jobs (
            id TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, state TEXT NOT NULL, status TEXT NOT NULL, capabilities TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS jobs_by_time ON jobs (created_ms DESC, id);
        CREATE INDEX IF NOT EXISTS jobs_running ON jobs (state) WHERE state = 'Running';
        CREATE TABLE IF NOT EXISTS calls (
            job_id TEXT NOT NULL, call TEXT NOT NULL, output TEXT NOT NULL, PRIMARY KEY (job_id, call)) WITHOUT ROWID;
        """;

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly Action? _written;

    public JobJournal(string path, Action? written = null)
    {
        (_path, _written) = (path, written);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 10 }.ToString());
        try
        {
            _connection.Open();
            Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
            Execute(Schema);
        }
        catch (Exception e)
        {
            _connection.Dispose();
            if (e is SqliteException sqlite)
                throw Fault(sqlite);
            throw;
        }
    }

    /// <returns>False where a job of this id is there already.</returns>
    public bool Add(JobStatus status, EngineCapabilities capabilities) => 0 < Write(
        "INSERT OR IGNORE INTO jobs (id, created_ms, state, status, capabilities) VALUES ($id, $created, $state, $status, $capabilities)",
        ("$id", status.Id),
        ("$created", status.CreatedAt.ToUnixTimeMilliseconds()),
        ("$state", status.State.ToString()),
        ("$status", JsonSerializer.Serialize(status, PipelineJson.Default.JobStatus)),
        ("$capabilities", JsonSerializer.Serialize(capabilities with { Prompts = [] }, PipelineJson.Default.EngineCapabilities)));

    /// <summary>Keeps a job's last status and forgets its calls, in one transaction.</summary>
    public void End(JobStatus status) => Write(
        "BEGIN; UPDATE jobs SET state = $state, status = $status WHERE id = $id; DELETE FROM calls WHERE job_id = $id; COMMIT;",
        ("$id", status.Id),
        ("$state", status.State.ToString()),
        ("$status", JsonSerializer.Serialize(status, PipelineJson.Default.JobStatus)));

    public void AddCall(string jobId, string call, string output) => Write(
        "INSERT OR IGNORE INTO calls (job_id, call, output) VALUES ($id, $call, $output)", ("$id", jobId), ("$call", call), ("$output", output));

    public IReadOnlyDictionary<string, string> Calls(string jobId) => Read(
        "SELECT call, output FROM calls WHERE job_id = $id", row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), ("$id", jobId))
        .ToDictionary();

    public JobStatus? Find(string id) => Read("SELECT status FROM jobs WHERE id = $id", Status, ("$id", id)).SingleOrDefault();

    /// <summary>Jobs, newest first.</summary>
    public IReadOnlyList<JobStatus> List(JobState? state, int limit, JobMark? after) => Read(
        """
        SELECT status FROM jobs
        WHERE ($state IS NULL OR state = $state) AND created_ms <= $ms AND (created_ms < $ms OR id > $id)
        ORDER BY created_ms DESC, id LIMIT $limit
        """,
        Status,
        ("$state", state?.ToString()),
        ("$limit", limit),
        ("$ms", after?.At.ToUnixTimeMilliseconds() ?? long.MaxValue),
        ("$id", after?.Id ?? ""));

    /// <returns>False where no job of this id has ended.</returns>
    public bool Delete(string id) => 0 < Write("DELETE FROM jobs WHERE id = $id AND state <> 'Running'", ("$id", id));

    /// <summary>Jobs that have not ended, oldest first, with what the model could do when they were accepted.</summary>
    public IReadOnlyList<(JobStatus Status, EngineCapabilities Capabilities)> Unfinished() => Read(
        "SELECT status, capabilities FROM jobs WHERE state = 'Running' ORDER BY created_ms, id",
        row => (Status(row), JsonSerializer.Deserialize(row.GetString(1), PipelineJson.Default.EngineCapabilities)!));

    public void Dispose() => _connection.Dispose();

    private static JobStatus Status(SqliteDataReader row) => JsonSerializer.Deserialize(row.GetString(0), PipelineJson.Default.JobStatus)!;

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private int Write(string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        lock (_gate)
        {
            try
            {
                using var command = _connection.CreateCommand();
                command.CommandText = sql;
                foreach (var (name, value) in values)
                    command.Parameters.AddWithValue(name, value);
                var rows = command.ExecuteNonQuery();
                _written?.Invoke();
                return rows;
            }
            catch (SqliteException e)
            {
                throw Fault(e);
            }
        }
    }

    private List<T> Read<T>(string sql, Func<SqliteDataReader, T> convert, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        lock (_gate)
        {
            try
            {
                using var command = _connection.CreateCommand();
                command.CommandText = sql;
                foreach (var (name, value) in values)
                    command.Parameters.AddWithValue(name, value ?? DBNull.Value);
                using var reader = command.ExecuteReader();
                var rows = new List<T>();
                while (reader.Read())
                    rows.Add(convert(reader));
                return rows;
            }
            catch (SqliteException e)
            {
                throw Fault(e);
            }
            catch (JsonException e)
            {
                throw new FaultException(FaultKind.DataLoss, $"the job journal '{_path}' cannot be read: delete it; finished pictures are kept", e);
            }
        }
    }

    private FaultException Fault(SqliteException e) => e.SqliteErrorCode switch
    {
        SqliteFull => new FaultException(FaultKind.OutOfSpace, $"the disk of the job journal '{_path}' is full: free some space, or choose another folder", e),
        SqliteCorrupt or SqliteNotADatabase => new FaultException(
            FaultKind.DataLoss, $"the job journal '{_path}' is damaged: delete it; finished pictures are kept", e),
        _ => new FaultException(FaultKind.Unavailable, $"the job journal '{_path}' cannot be used ({e.Message}): make the folder writable, or choose another", e),
    };

    private const int SqliteCorrupt = 11;
    private const int SqliteFull = 13;
    private const int SqliteNotADatabase = 26;
}
