using System.Reflection;
using System.Runtime.InteropServices;

namespace Engagement.Training.Trainers.XGBoost;

/// <summary>The few calls of XGBoost's C API that training needs. Thread-safety is the library's own: one thread a handle.</summary>
internal static partial class XGBoostLibrary
{
    private const string Library = "xgboost";
    private static readonly string[] FileNames = ["libxgboost.so.0", "libxgboost.so", "libxgboost.dylib", "xgboost.dll"];

    static XGBoostLibrary() => NativeLibrary.SetDllImportResolver(typeof(XGBoostLibrary).Assembly, Resolve);

    /// <summary>False where the library is not installed.</summary>
    public static bool IsPresent => FileNames.Any(name => NativeLibrary.TryLoad(name, out _));

    /// <summary>Version of the library, such as 1.7.4. Throws <see cref="TrainingException"/> with the command that installs it when it is absent.</summary>
    public static string RequireVersion()
    {
        if (!IsPresent) throw new TrainingException("XGBoost is not installed. On Debian and Ubuntu: apt-get install libxgboost0");
        XGBoostVersion(out var major, out var minor, out var patch);
        return FormattableString.Invariant($"{major}.{minor}.{patch}");
    }

    /// <summary>Throws <see cref="TrainingException"/> with the library's words when a call failed.</summary>
    public static void Check(int result)
    {
        if (result != 0) throw new TrainingException("XGBoost: " + Marshal.PtrToStringUTF8(XGBGetLastError()));
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (var file in FileNames)
        {
            if (NativeLibrary.TryLoad(file, out var handle)) return handle;
        }
        return 0;
    }

    [LibraryImport(Library)]
    private static partial void XGBoostVersion(out int major, out int minor, out int patch);

    [LibraryImport(Library)]
    private static partial nint XGBGetLastError();

    [LibraryImport(Library)]
    public static partial int XGDMatrixCreateFromMat(ReadOnlySpan<float> data, ulong rows, ulong columns, float missing, out nint matrix);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGDMatrixSetFloatInfo(nint matrix, string field, ReadOnlySpan<float> values, ulong length);

    [LibraryImport(Library)]
    public static partial int XGDMatrixFree(nint matrix);

    [LibraryImport(Library)]
    public static partial int XGBoosterCreate(ReadOnlySpan<nint> matrices, ulong length, out nint booster);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGBoosterSetParam(nint booster, string name, string value);

    [LibraryImport(Library)]
    public static partial int XGBoosterUpdateOneIter(nint booster, int iteration, nint matrix);

    /// <param name="optionMask">1: margins; 4: contributions, the last of each row being the expected margin.</param>
    [LibraryImport(Library)]
    public static partial int XGBoosterPredict(nint booster, nint matrix, int optionMask, uint treeLimit, int training, out ulong length, out nint values);

    /// <param name="values">Where the rows lie, by the array interface, as JSON.</param>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGBoosterPredictFromDense(
        nint booster, string values, string config, nint matrix, out nint shape, out ulong dimensions, out nint result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGBoosterSaveModelToBuffer(nint booster, string config, out ulong length, out nint bytes);

    [LibraryImport(Library)]
    public static partial int XGBoosterFree(nint booster);
}
