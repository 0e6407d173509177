using System.Text;
using System.Threading.Channels;

namespace Engagement.Engine.Api;

/// <summary>
/// One server-sent event stream: a bounded queue, comment lines while nothing happens, a retry hint at the end. A reader that falls behind by
/// <see cref="EngineOptions.StreamQueueMax"/> messages is closed; it connects again and reads the state. <see cref="TrySend"/> is thread-safe.
/// </summary>
internal sealed class EventStreamWriter
{
    private static readonly byte[] Heartbeat = ": still here\n\n"u8.ToArray();
    private static readonly byte[] Goodbye = "retry: 1000\nevent: closing\ndata: {}\n\n"u8.ToArray();

    /// <summary>How long a stop waits for a client that does not read.</summary>
    private static readonly TimeSpan GoodbyeMax = TimeSpan.FromSeconds(2);
    private readonly Channel<byte[]> _queue;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;

    public EventStreamWriter(EngineOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(options.StreamQueueMax) { SingleReader = true });
    }

    /// <summary>False when the queue was full: the stream ends.</summary>
    /// <param name="id">For the client's own dropping of doubles; no line breaks.</param>
    /// <param name="name">Type of the event; no line breaks.</param>
    /// <param name="data">JSON without line breaks.</param>
    public bool TrySend(string? id, string name, ReadOnlySpan<byte> data)
    {
        var sent = _queue.Writer.TryWrite(Frame(id, name, data));
        if (!sent) _queue.Writer.TryComplete();
        return sent;
    }

    /// <summary>Past the queue, before <see cref="RunAsync"/>: what is there when the stream begins may be more than the queue holds.</summary>
    public static async Task SendNowAsync(HttpContext context, string? id, string name, ReadOnlyMemory<byte> data) =>
        await context.Response.BodyWriter.WriteAsync(Frame(id, name, data.Span), context.RequestAborted);

    /// <summary>Writes until the client goes, the queue overflows or the host stops.</summary>
    public async Task RunAsync(HttpContext context, CancellationToken stopping)
    {
        var response = context.Response;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        // A write that is cancelled cuts the connection, and the goodbye with it: so a stop lets the one under way end, within its time.
        using var writing = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var stop = stopping.Register(() => writing.CancelAfter(GoodbyeMax));
        try
        {
            await using var timer = _time.CreateTimer(_ => _queue.Writer.TryWrite(Heartbeat), null, _options.StreamHeartbeat, _options.StreamHeartbeat);
            await foreach (var frame in _queue.Reader.ReadAllAsync(ending.Token))
            {
                await response.BodyWriter.WriteAsync(frame, writing.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client went, or the host stops; below, whoever is still there is told.
        }
        try
        {
            if (!writing.IsCancellationRequested) await response.BodyWriter.WriteAsync(Goodbye, writing.Token);
        }
        catch (OperationCanceledException)
        {
            // It went, or does not read.
        }
    }

    /// <summary>Sends the head at once, so that the client knows that it listens before anything is read.</summary>
    public static async Task BeginAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream; charset=utf-8";
        headers.CacheControl = "no-store";
        headers["X-Accel-Buffering"] = "no";
        await context.Response.BodyWriter.WriteAsync("retry: 2000\n\n"u8.ToArray(), context.RequestAborted);
    }

    private static byte[] Frame(string? id, string name, ReadOnlySpan<byte> data)
    {
        var head = id is null ? $"event: {name}\ndata: " : $"id: {id}\nevent: {name}\ndata: ";
        var frame = new byte[Encoding.UTF8.GetByteCount(head) + data.Length + 2];
        var at = Encoding.UTF8.GetBytes(head, frame);
        data.CopyTo(frame.AsSpan(at));
        "\n\n"u8.CopyTo(frame.AsSpan(at + data.Length));
        return frame;
    }
}
