using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Engagement.Testing;

/// <summary>A client of the conversation hub over a WebSocket, in SignalR's JSON protocol: records end with the character 0x1E.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode>> _asked = new();
    private readonly ConcurrentQueue<JsonNode> _entries = new();
    private readonly ConcurrentQueue<JsonNode> _signs = new();
    private readonly ConcurrentQueue<string> _left = new();
    private readonly SemaphoreSlim _sending = new(1);
    private int _calls;

    /// <summary>Entries as they came.</summary>
    public IReadOnlyList<JsonNode> Entries => [.. _entries];
    public IReadOnlyList<long> Numbers => [.. _entries.Select(e => (long)e["seq"]!)];

    /// <summary>What the other of the two did at the moment, as it came.</summary>
    public IReadOnlyList<JsonNode> Signs => [.. _signs];

    /// <summary>Conversations that this client was told it no longer takes part in.</summary>
    public IReadOnlyList<string> Left => [.. _left];
    public bool IsOpen => _socket.State == WebSocketState.Open;

    /// <param name="server">Base address, http.</param>
    /// <param name="token">A visitor's token, or an agent key.</param>
    /// <param name="agent">The agent's name, with an agent key.</param>
    public static async Task<HubClient> OpenAsync(Uri server, string token, string? agent = null, bool inQuery = false)
    {
        var client = new HubClient();
        if (!inQuery) client._socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        var query = string.Join('&', new[] { agent is null ? "" : $"agent={agent}", inQuery ? $"access_token={Uri.EscapeDataString(token)}" : "" }.Where(p => p.Length > 0));
        var address = new UriBuilder(server) { Scheme = "ws", Path = "/v1/conversations/hub", Query = query }.Uri;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await client._socket.ConnectAsync(address, deadline.Token);
        await client.WriteAsync("{\"protocol\":\"json\",\"version\":1}");
        _ = client.ReadAsync();
        return client;
    }

    public async Task<JsonNode> CallAsync(string method, params object[] arguments)
    {
        var id = Interlocked.Increment(ref _calls).ToString(CultureInfo.InvariantCulture);
        var answer = _asked[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await WriteAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments }));
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public Task<JsonNode> JoinAsync(string offer, long after = 0) => CallAsync("Join", offer, after);
    public Task<JsonNode> SendAsync(string offer, string id, string text) => CallAsync("Send", offer, id, text);

    /// <summary>Waits until so many entries have come.</summary>
    public async Task<IReadOnlyList<JsonNode>> TakeAsync(int count)
    {
        await UntilAsync(_entries, entries => entries.Count >= count, $"{count} entries");
        return Entries;
    }

    /// <summary>Waits for the first entry of a kind; entries of other kinds may come before it.</summary>
    public async Task<JsonNode> FirstAsync(string kind)
    {
        await UntilAsync(_entries, entries => entries.Any(e => (string?)e["kind"] == kind), $"an entry \"{kind}\"");
        return _entries.First(e => (string?)e["kind"] == kind);
    }

    /// <summary>Waits until so many signs have come.</summary>
    public async Task<IReadOnlyList<JsonNode>> SignsAsync(int count)
    {
        await UntilAsync(_signs, signs => signs.Count >= count, $"{count} signs");
        return Signs;
    }

    private static async Task UntilAsync(ConcurrentQueue<JsonNode> heard, Func<ConcurrentQueue<JsonNode>, bool> isThere, string awaited)
    {
        for (var i = 0; i < 400 && !isThere(heard); i++) await Task.Delay(25);
        if (!isThere(heard)) throw new TimeoutException($"Awaited {awaited}; {heard.Count} came: {string.Join(" ", heard.Select(e => e.ToJsonString()))}");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (IsOpen) await _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, new CancellationTokenSource(2_000).Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The node was killed.
        }
        _socket.Dispose();
    }

    public async Task WriteAsync(string record)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(record + End), WebSocketMessageType.Text, true, default);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        var (buffer, text) = (new byte[8192], new MemoryStream());
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveAsync(buffer, default);
                if (read.MessageType == WebSocketMessageType.Close) break;
                text.Write(buffer, 0, read.Count);
                if (!read.EndOfMessage) continue;
                foreach (var record in Encoding.UTF8.GetString(text.ToArray()).Split(End, StringSplitOptions.RemoveEmptyEntries)) Take(JsonNode.Parse(record)!);
                text.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed, or killed.
        }
        foreach (var asked in _asked.Values) asked.TrySetException(new IOException("The connection is gone."));
    }

    private void Take(JsonNode record)
    {
        if ((int?)record["type"] == 1 && (string?)record["target"] == "entry") _entries.Enqueue(record["arguments"]![0]!);
        else if ((int?)record["type"] == 1 && (string?)record["target"] == "sign") _signs.Enqueue(record["arguments"]![0]!);
        else if ((int?)record["type"] == 1 && (string?)record["target"] == "left") _left.Enqueue((string)record["arguments"]![0]!["offer"]!);
        else if ((int?)record["type"] == 3 && _asked.TryRemove((string)record["invocationId"]!, out var asked))
            asked.TrySetResult(record["result"] ?? new JsonObject { ["error"] = (string?)record["error"] });
    }
}
