// Windows only: the addon is linked against "node.exe"; inside Electron the host has another name, so the linker's
// delayed load is answered with the running program itself.
#ifdef _MSC_VER
#include <windows.h>

#include <delayimp.h>
#include <string.h>

static FARPROC WINAPI AnswerWithHost(unsigned int event, DelayLoadInfo* info) {
  if (event != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return nullptr;
  return reinterpret_cast<FARPROC>(GetModuleHandleW(nullptr));
}

decltype(__pfnDliNotifyHook2) __pfnDliNotifyHook2 = AnswerWithHost;
#endif
