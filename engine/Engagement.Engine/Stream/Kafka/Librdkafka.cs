using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>
/// The few functions of librdkafka that Confluent.Kafka does not offer: reading one partition in batches, and appending, without an object for each record.
/// The C interface is stable since librdkafka 1.0. Thread-safe as librdkafka is.
/// </summary>
/// <remarks>https://docs.confluent.io/platform/current/clients/librdkafka/html/rdkafka_8h.html</remarks>
internal static unsafe partial class Librdkafka
{
    public const int Ok = 0;
    public const int ConfigurationOk = 0;
    public const int ConfigurationUnknown = -2;
    public const int PartitionEnd = -191;
    public const int TimedOut = -185;

    /// <summary>The producer is of no use any more.</summary>
    public const int Fatal = -150;

    /// <summary>The caller's memory is copied before the call returns.</summary>
    public const int CopyMessage = 2;

    /// <summary>Of <see cref="Purge"/>: what waits and what is on its way.</summary>
    public const int PurgeAll = 3;

    private const string Name = "librdkafka";
    private const int Producer = 0;
    private const int Consumer = 1;

    /// <summary>Where the library may be, the package's own first: that is the one Confluent.Kafka was released with.</summary>
    private static readonly string[] Candidates = ["librdkafka", "alpine-librdkafka", "librdkafka.so.1"];

    private static readonly Lazy<bool> Resolvers = new(Install);

    /// <summary>
    /// Lets Confluent.Kafka and this class find the library where the package with the native files is absent and the system has its own
    /// (Debian: librdkafka1). To be called before anything of Confluent.Kafka is used; later calls cost nothing.
    /// </summary>
    public static void EnsureResolvable() => _ = Resolvers.Value;

    public static string Describe(int error) => Marshal.PtrToStringUTF8(rd_kafka_err2str(error)) ?? $"error {error}";

    /// <summary>A client of either kind; 0 with a reason where the configuration is refused.</summary>
    public static nint New(bool isProducer, nint configuration, byte* reason, nuint reasonLength) =>
        rd_kafka_new(isProducer ? Producer : Consumer, configuration, reason, reasonLength);

    private static bool Install()
    {
        NativeLibrary.SetDllImportResolver(typeof(IClient).Assembly, Resolve);
        NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Name) return 0;
        foreach (var candidate in Candidates)
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var library)) return library;
        return 0;
    }

    [LibraryImport(Name)]
    private static partial nint rd_kafka_err2str(int error);

    [LibraryImport(Name)]
    private static partial nint rd_kafka_new(int type, nint configuration, byte* reason, nuint reasonLength);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint NewConfiguration();

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void DestroyConfiguration(nint configuration);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Set(nint configuration, string name, string value, byte* reason, nuint reasonLength);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_opaque")]
    public static partial void SetOpaque(nint configuration, nint opaque);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_log_cb")]
    public static partial void SetLog(nint configuration, delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, void> log);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_error_cb")]
    public static partial void SetErrors(nint configuration, delegate* unmanaged[Cdecl]<nint, int, byte*, nint, void> error);

    [LibraryImport(Name, EntryPoint = "rd_kafka_conf_set_dr_msg_cb")]
    public static partial void SetReports(nint configuration, delegate* unmanaged[Cdecl]<nint, NativeMessage*, nint, void> report);

    [LibraryImport(Name, EntryPoint = "rd_kafka_opaque")]
    public static partial nint Opaque(nint client);

    [LibraryImport(Name, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint client);

    [LibraryImport(Name, EntryPoint = "rd_kafka_poll")]
    public static partial int Poll(nint client, int timeoutMs);

    [LibraryImport(Name, EntryPoint = "rd_kafka_last_error")]
    public static partial int LastError();

    /// <summary>Hands one record over; −1 where it was not taken, for <see cref="LastError"/>.</summary>
    [LibraryImport(Name, EntryPoint = "rd_kafka_produce")]
    public static partial int Produce(nint topic, int partition, int flags, byte* value, nuint valueLength, byte* key, nuint keyLength, nint opaque);

    /// <summary>Waits until nothing is on its way; an error when the time is over before.</summary>
    [LibraryImport(Name, EntryPoint = "rd_kafka_flush")]
    public static partial int Flush(nint client, int timeoutMs);

    /// <summary>Gives up what is on its way; each record is reported as failed.</summary>
    [LibraryImport(Name, EntryPoint = "rd_kafka_purge")]
    public static partial int Purge(nint client, int flags);

    [LibraryImport(Name, EntryPoint = "rd_kafka_metadata")]
    public static partial int Metadata(nint client, int allTopics, nint onlyTopic, out NativeMetadata* metadata, int timeoutMs);

    [LibraryImport(Name, EntryPoint = "rd_kafka_metadata_destroy")]
    public static partial void DestroyMetadata(NativeMetadata* metadata);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewTopic(nint client, string topic, nint configuration);

    [LibraryImport(Name, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void DestroyTopic(nint topic);

    [LibraryImport(Name, EntryPoint = "rd_kafka_query_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int QueryBounds(nint client, string topic, int partition, out long first, out long next, int timeoutMs);

    [LibraryImport(Name, EntryPoint = "rd_kafka_consume_start")]
    public static partial int Start(nint topic, int partition, long offset);

    [LibraryImport(Name, EntryPoint = "rd_kafka_consume_stop")]
    public static partial int Stop(nint topic, int partition);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_get_partition", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint QueueOf(nint client, string topic, int partition);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_cb_event_enable")]
    public static partial void OnArrival(nint queue, delegate* unmanaged[Cdecl]<nint, nint, void> arrived, nint opaque);

    [LibraryImport(Name, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void DestroyQueue(nint queue);

    /// <summary>Takes up to <paramref name="max"/> messages; waits until it has all of them or the time is over. −1 on error.</summary>
    [LibraryImport(Name, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static partial nint Take(nint queue, int timeoutMs, NativeMessage** messages, nuint max);

    [LibraryImport(Name, EntryPoint = "rd_kafka_message_destroy")]
    public static partial void DestroyMessage(NativeMessage* message);
}

/// <summary><c>rd_kafka_message_t</c>: a record, or an error of its partition.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMessage
{
    public int Error;
    public nint Topic;
    public int Partition;
    public byte* Value;
    public nuint ValueLength;
    public byte* Key;
    public nuint KeyLength;
    public long Offset;
    public nint Private;
}

/// <summary><c>rd_kafka_metadata_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMetadata
{
    public int BrokerCount;
    public nint Brokers;
    public int TopicCount;
    public NativeTopic* Topics;
    public int AskedBroker;
    public byte* AskedBrokerName;
}

/// <summary><c>rd_kafka_metadata_topic_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTopic
{
    public byte* Name;
    public int PartitionCount;
    public NativeTopicPartition* Partitions;
    public int Error;
}

/// <summary><c>rd_kafka_metadata_partition_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeTopicPartition
{
    public int Id;
    public int Error;
    public int Leader;
    public int ReplicaCount;
    public int* Replicas;
    public int InSyncCount;
    public int* InSync;
}
