using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>
/// One librdkafka client: a consumer without a group, for <see cref="NativePartition"/>s, or the producer behind <see cref="NativeProducer"/>.
/// Thread-safe; dispose of what works with it first.
/// </summary>
internal sealed unsafe class NativeClient : IDisposable
{
    private const int ReasonBytes = 512;

    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly ReaderWriterLockSlim _uses = new();
    private readonly Dictionary<string, nint> _topics = new(StringComparer.Ordinal);
    private readonly Action<int, string>? _errors;
    private GCHandle _self;

    /// <summary>A consumer. Throws <see cref="ArgumentException"/> for settings that librdkafka refuses.</summary>
    public NativeClient(IEnumerable<KeyValuePair<string, string>> settings, ILogger logger)
        : this(settings, logger, null, null)
    {
    }

    /// <param name="settings">librdkafka's own properties.</param>
    /// <param name="logger">Gets what librdkafka says.</param>
    /// <param name="reports">Of a producer: called with every record's fate. Null: a consumer.</param>
    /// <param name="errors">Called, within <see cref="Poll"/>, with an error's code and reason.</param>
    public NativeClient(
        IEnumerable<KeyValuePair<string, string>> settings, ILogger logger, delegate* unmanaged[Cdecl]<nint, NativeMessage*, nint, void> reports,
        Action<int, string>? errors)
    {
        Librdkafka.EnsureResolvable();
        (_logger, _errors) = (logger, errors);
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
        var configuration = Librdkafka.NewConfiguration();
        var reason = stackalloc byte[ReasonBytes];
        foreach (var (name, value) in settings)
        {
            var answer = Librdkafka.Set(configuration, name, value, reason, ReasonBytes);
            if (answer == Librdkafka.ConfigurationOk) continue;
            Librdkafka.DestroyConfiguration(configuration);
            throw new ArgumentException($"{name}: {Text(reason)}", nameof(settings));
        }
        Librdkafka.SetOpaque(configuration, GCHandle.ToIntPtr(_self));
        Librdkafka.SetLog(configuration, &Log);
        if (errors is not null) Librdkafka.SetErrors(configuration, &Failed);
        if (reports is not null) Librdkafka.SetReports(configuration, reports);
        Handle = Librdkafka.New(reports is not null, configuration, reason, ReasonBytes);
        if (Handle != 0) return;
        Librdkafka.DestroyConfiguration(configuration);
        throw new ArgumentException(Text(reason), nameof(settings));
    }

    public nint Handle { get; private set; }

    /// <summary>What is wrong with a property; null when librdkafka takes it.</summary>
    public static string? FindFault(string name, string value)
    {
        Librdkafka.EnsureResolvable();
        var configuration = Librdkafka.NewConfiguration();
        var reason = stackalloc byte[ReasonBytes];
        var answer = Librdkafka.Set(configuration, name, value, reason, ReasonBytes);
        Librdkafka.DestroyConfiguration(configuration);
        return answer == Librdkafka.ConfigurationOk ? null : Text(reason);
    }

    /// <summary>True where this version of librdkafka knows the property.</summary>
    public static bool Knows(string name, string value) => FindFault(name, value) is null;

    /// <summary>librdkafka's own handle of a topic, which lives as long as the client.</summary>
    public nint TopicOf(string name)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(name, out var topic)) _topics[name] = topic = Librdkafka.NewTopic(Handle, name, 0);
            return topic;
        }
    }

    /// <summary>Asks the broker; blocks for as long as <paramref name="timeout"/>. Throws <see cref="IOException"/>.</summary>
    public (long First, long Next) QueryBounds(string topic, int partition, TimeSpan timeout)
    {
        _uses.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(Handle == 0, this);
            var error = Librdkafka.QueryBounds(Handle, topic, partition, out var first, out var next, (int)timeout.TotalMilliseconds);
            return error == Librdkafka.Ok ? (first, next) : throw new IOException($"{topic}/{partition}: no bounds: {Librdkafka.Describe(error)}");
        }
        finally
        {
            _uses.ExitReadLock();
        }
    }

    /// <summary>The handle stays until <see cref="Leave"/>; one call each. Throws <see cref="ObjectDisposedException"/>.</summary>
    public nint Enter()
    {
        _uses.EnterReadLock();
        if (Handle != 0) return Handle;
        _uses.ExitReadLock();
        throw new ObjectDisposedException(nameof(NativeClient));
    }

    public void Leave() => _uses.ExitReadLock();

    /// <summary>Lets librdkafka do what it does only when asked, such as reporting what became of records, or renewing an OAuth token.</summary>
    public void Poll(TimeSpan wait = default)
    {
        _uses.EnterReadLock();
        try
        {
            if (Handle != 0) _ = Librdkafka.Poll(Handle, (int)wait.TotalMilliseconds);
        }
        finally
        {
            _uses.ExitReadLock();
        }
    }

    public void Dispose()
    {
        // Whoever is still asking gets the answer first: librdkafka's memory must not go from under it.
        _uses.EnterWriteLock();
        try
        {
            if (Handle == 0) return;
            foreach (var topic in _topics.Values) Librdkafka.DestroyTopic(topic);
            Librdkafka.Destroy(Handle);
            Handle = 0;
            _self.Free();
        }
        finally
        {
            _uses.ExitWriteLock();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Log(nint client, int level, byte* facility, byte* line)
    {
        if (client == 0 || Librdkafka.Opaque(client) is not (not 0 and var opaque)) return;
        if (GCHandle.FromIntPtr(opaque).Target is not NativeClient self) return;
        self._logger.Log(KafkaErrors.LevelOf(level), "{Facility}: {Line}", Text(facility), Text(line));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Failed(nint client, int error, byte* reason, nint opaque)
    {
        if (GCHandle.FromIntPtr(opaque).Target is NativeClient self) self._errors!(error, Text(reason));
    }

    private static string Text(byte* utf8) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(utf8));
}
