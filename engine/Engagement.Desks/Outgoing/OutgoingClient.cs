using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Engagement.Desks.Outgoing;

/// <summary>
/// The only way out: https unless it is to this machine, no redirects followed, no cookies, no proxy, to public addresses only (looked at when the
/// connection is made, so that a name that changes its mind is no way around it), answers bounded. Its callers bound the time. Thread-safe.
/// </summary>
internal sealed class OutgoingClient : IDisposable
{
    /// <summary>A page of a hundred agents with their channels is a third of it.</summary>
    public const int BodyBytesMax = 1 << 20;

    private static readonly ProductInfoHeaderValue UserAgent = new("engagement", "1");
    private readonly DeskOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    public OutgoingClient(DeskOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxResponseHeadersLength = 32,
            MaxConnectionsPerServer = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        });
    }

    /// <param name="bodyBytesMax">0: the body is not read.</param>
    /// <remarks>Throws <see cref="HttpRequestException"/> where no answer comes or a rule of this class forbids the call, <see cref="InvalidDataException"/> where the answer is too large.</remarks>
    public async ValueTask<OutgoingAnswer> SendAsync(HttpRequestMessage request, int bodyBytesMax, CancellationToken cancellation)
    {
        var url = request.RequestUri!;
        if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            throw new HttpRequestException($"{url.Host}: not https");
        request.Headers.UserAgent.Add(UserAgent);
        using var response = await _http.SendAsync(request, cancellation);
        var body = bodyBytesMax == 0 ? default : await ReadAsync(response.Content, bodyBytesMax, cancellation);
        return new OutgoingAnswer((int)response.StatusCode, body, RetryAfterOf(response.Headers.RetryAfter), response.Headers.Age ?? TimeSpan.Zero);
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var found = await Dns.GetHostAddressesAsync(host, cancellation);
        var allowed = _options.AllowPrivateAddresses ? found : Array.FindAll(found, AddressPolicy.IsPublic);
        if (allowed.Length == 0) throw new HttpRequestException($"{host}: is at no public address; allowed only where the server was started with --allow-private-receivers");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, int bytesMax, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (body.Length + read > bytesMax) throw new InvalidDataException($"the answer has more than {bytesMax} bytes");
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };
}
