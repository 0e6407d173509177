using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace EndToEnd.AgentsConsole;

/// <summary>The visitor's end of a conversation, over the hub's JSON protocol.</summary>
internal sealed class VisitorSocket : IAsyncDisposable
{
    private const char RecordEnd = '\u001e';
    private readonly ClientWebSocket _socket = new();
    private readonly StringBuilder _heard = new();
    private Task _reading = Task.CompletedTask;
    private int _invocations;

    /// <summary>Everything that was heard, as it came.</summary>
    public string Heard
    {
        get
        {
            lock (_heard) return _heard.ToString();
        }
    }

    public static async Task<VisitorSocket> JoinAsync(Uri server, string token, string offer)
    {
        var visitor = new VisitorSocket();
        var address = new UriBuilder(server) { Scheme = "ws", Path = "/v1/conversations/hub", Query = $"access_token={Uri.EscapeDataString(token)}" };
        await visitor._socket.ConnectAsync(address.Uri, CancellationToken.None);
        await visitor.WriteAsync(new { protocol = "json", version = 1 });
        visitor._reading = visitor.ReadAsync();
        await visitor.InvokeAsync("Join", offer, 0);
        return visitor;
    }

    public Task InvokeAsync(string method, params object[] arguments) =>
        WriteAsync(new { type = 1, invocationId = (++_invocations).ToString(System.Globalization.CultureInfo.InvariantCulture), target = method, arguments });

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private async Task WriteAsync(object record) =>
        await _socket.SendAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(record) + RecordEnd), WebSocketMessageType.Text, true, CancellationToken.None);

    private async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (_socket.State == WebSocketState.Open)
            {
                var read = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                lock (_heard) _heard.Append(Encoding.UTF8.GetString(buffer, 0, read.Count));
            }
        }
        catch (WebSocketException)
        {
            // The test is over.
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
