namespace MLNetDeepExtensions.Weights.Pickle;

/// <summary>
/// Reads the pickles that <c>torch.save</c> writes for tensors in dictionaries (protocols 2 to 5) and refuses all else: a name that is
/// not in <see cref="PickleGlobals"/> ends the reading where it appears, before anything could be called.
/// </summary>
internal sealed class Unpickler(byte[] pickle, string source)
{
    // Each operation makes at most one object, so this bounds stack, memo and memory alike; large models need some ten thousands.
    const int MaxOperations = 4_000_000;
    const int HighestProtocol = 5;

    readonly PickleBytes _bytes = new(pickle, source);
    readonly List<object?> _stack = [];
    readonly Stack<int> _marks = [];
    readonly Dictionary<uint, object?> _memo = [];

    /// <summary>The pickled object: null, bool, number, string, object[] for a tuple, List, PickleDictionary, PickledTensor.</summary>
    internal object? Load()
    {
        for (int operations = 0; operations < MaxOperations; operations++)
        {
            byte code = _bytes.Byte();
            if (code == (byte)'.')
                return Pop();
            if (!TryValue(code) && !TryCollection(code) && !TryMemo(code) && !TryObject(code))
                throw _bytes.Fault($"operation 0x{code:X2} has no place in a weights file");
        }
        throw _bytes.Fault($"expected at most {MaxOperations} operations");
    }

    bool TryValue(byte code)
    {
        switch (code)
        {
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)_bytes.Byte()); break;
            case (byte)'M': Push((long)_bytes.UInt16()); break;
            case (byte)'J': Push((long)_bytes.Int32()); break;
            case 0x8A: Push(_bytes.Integer(_bytes.Byte())); break;
            case (byte)'G': Push(_bytes.Double()); break;
            case 0x8C: Push(_bytes.Text(_bytes.Byte())); break;
            case (byte)'X': Push(_bytes.Text(_bytes.UInt32())); break;
            case 0x8D: Push(_bytes.Text(_bytes.UInt64())); break;
            default: return false;
        }
        return true;
    }

    bool TryCollection(byte code)
    {
        switch (code)
        {
            case (byte)'(': _marks.Push(_stack.Count); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case 0x85: Push(Take(1)); break;
            case 0x86: Push(Take(2)); break;
            case 0x87: Push(Take(3)); break;
            case (byte)'t': Push(TakeToMark()); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'a': Append([Pop()]); break;
            case (byte)'e': Append(TakeToMark()); break;
            case (byte)'}': Push(new PickleDictionary()); break;
            case (byte)'s': SetItems(Take(2)); break;
            case (byte)'u': SetItems(TakeToMark()); break;
            case (byte)'0': Pop(); break;
            default: return false;
        }
        return true;
    }

    bool TryMemo(byte code)
    {
        switch (code)
        {
            case (byte)'q': Remember(_bytes.Byte()); break;
            case (byte)'r': Remember(_bytes.UInt32()); break;
            case 0x94: Remember((uint)_memo.Count); break;
            case (byte)'h': Push(Recall(_bytes.Byte())); break;
            case (byte)'j': Push(Recall(_bytes.UInt32())); break;
            default: return false;
        }
        return true;
    }

    bool TryObject(byte code)
    {
        switch (code)
        {
            case 0x80: CheckProtocol(_bytes.Byte()); break;
            case 0x95: _bytes.UInt64(); break; // length of a frame: a hint for buffering
            case (byte)'c' or (byte)'i': Push(Global(_bytes.Line(), _bytes.Line())); break;
            case 0x93: Push(StackGlobal(Take(2))); break;
            case (byte)'R': Push(Call(Take(2))); break;
            case (byte)'b': DropAttributes(); break;
            case (byte)'Q': Push(Storage(Pop())); break;
            default: return false;
        }
        return true;
    }

    void CheckProtocol(byte protocol)
    {
        if (protocol is < 2 or > HighestProtocol)
            throw _bytes.Fault($"expected pickle protocol 2 to {HighestProtocol}, found {protocol}");
    }

    object StackGlobal(object?[] names) => names is [string module, string name]
        ? Global(module, name)
        : throw _bytes.Fault("expected the name of a global");

    object Global(string module, string name) => PickleGlobals.Find(module, name) ?? throw _bytes.Fault(
        $"{module}.{name} has no place in a weights file and was not called; "
        + "save the tensors alone, as in torch.save(model.state_dict(), path)");

    PickledStorage Storage(object? identifier) => PickleGlobals.Storage(identifier)
        ?? throw _bytes.Fault("expected the identifier of a storage of known element type");

    object Call(object?[] call) => call is [PickleGlobal global, object?[] arguments]
        ? PickleGlobals.Call(global, arguments) ?? throw _bytes.Fault($"the arguments of {global} describe nothing that can be built")
        : throw _bytes.Fault("expected a call of a function with a tuple of arguments");

    // An ordered dictionary carries attributes (a state dictionary its format versions), which are not weights.
    void DropAttributes()
    {
        Pop();
        if (Top() is not PickleDictionary)
            throw _bytes.Fault("expected attributes on dictionaries only");
    }

    void Append(object?[] items)
    {
        if (Top() is not List<object?> list)
            throw _bytes.Fault("expected a list to append to");
        list.AddRange(items);
    }

    void SetItems(object?[] items)
    {
        if (Top() is not PickleDictionary dictionary || items.Length % 2 != 0)
            throw _bytes.Fault("expected a dictionary and pairs to set in it");
        for (int i = 0; i < items.Length; i += 2)
            dictionary.Set(items[i], items[i + 1]);
    }

    void Remember(uint index)
    {
        if (index >= MaxOperations)
            throw _bytes.Fault($"expected memo indices below {MaxOperations}, found {index}");
        _memo[index] = Top();
    }

    object? Recall(uint index) => _memo.TryGetValue(index, out object? value) ? value : throw _bytes.Fault($"memo {index} is empty");

    void Push(object? value) => _stack.Add(value);

    object? Pop() => Take(1)[0];

    object? Top() => _stack.Count > Floor ? _stack[^1] : throw _bytes.Fault("the stack is empty");

    object?[] TakeToMark()
    {
        object?[] items = _marks.Count > 0 ? Take(_stack.Count - Floor) : throw _bytes.Fault("expected a mark");
        _marks.Pop();
        return items;
    }

    object?[] Take(int count)
    {
        if (_stack.Count - Floor < count)
            throw _bytes.Fault("the stack is empty");
        object?[] items = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    int Floor => _marks.Count > 0 ? _marks.Peek() : 0;
}
