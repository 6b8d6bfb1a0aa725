# Target sodium: libsodium 1.0.18 compiled straight from its C sources, without its own build system.
# SIMD variants are compiled wherever the compiler has them; libsodium chooses among them when it starts.

include(CheckCSourceCompiles)
include(CheckSymbolExists)
include(TestBigEndian)

set(sodium_root "${libsodium_source}/src/libsodium")
set(sodium_generated "${CMAKE_CURRENT_BINARY_DIR}/libsodium/include")

set(sodium_sources
    crypto_aead/aes256gcm/aesni/aead_aes256gcm_aesni.c
    crypto_aead/chacha20poly1305/sodium/aead_chacha20poly1305.c
    crypto_aead/xchacha20poly1305/sodium/aead_xchacha20poly1305.c
    crypto_auth/crypto_auth.c
    crypto_auth/hmacsha256/auth_hmacsha256.c
    crypto_auth/hmacsha512/auth_hmacsha512.c
    crypto_auth/hmacsha512256/auth_hmacsha512256.c
    crypto_box/crypto_box.c
    crypto_box/crypto_box_easy.c
    crypto_box/crypto_box_seal.c
    crypto_box/curve25519xchacha20poly1305/box_curve25519xchacha20poly1305.c
    crypto_box/curve25519xchacha20poly1305/box_seal_curve25519xchacha20poly1305.c
    crypto_box/curve25519xsalsa20poly1305/box_curve25519xsalsa20poly1305.c
    crypto_core/ed25519/core_ed25519.c
    crypto_core/ed25519/core_ristretto255.c
    crypto_core/ed25519/ref10/ed25519_ref10.c
    crypto_core/hchacha20/core_hchacha20.c
    crypto_core/hsalsa20/core_hsalsa20.c
    crypto_core/hsalsa20/ref2/core_hsalsa20_ref2.c
    crypto_core/salsa/ref/core_salsa_ref.c
    crypto_generichash/blake2b/generichash_blake2.c
    crypto_generichash/blake2b/ref/blake2b-compress-avx2.c
    crypto_generichash/blake2b/ref/blake2b-compress-ref.c
    crypto_generichash/blake2b/ref/blake2b-compress-sse41.c
    crypto_generichash/blake2b/ref/blake2b-compress-ssse3.c
    crypto_generichash/blake2b/ref/blake2b-ref.c
    crypto_generichash/blake2b/ref/generichash_blake2b.c
    crypto_generichash/crypto_generichash.c
    crypto_hash/crypto_hash.c
    crypto_hash/sha256/cp/hash_sha256_cp.c
    crypto_hash/sha256/hash_sha256.c
    crypto_hash/sha512/cp/hash_sha512_cp.c
    crypto_hash/sha512/hash_sha512.c
    crypto_kdf/blake2b/kdf_blake2b.c
    crypto_kdf/crypto_kdf.c
    crypto_kx/crypto_kx.c
    crypto_onetimeauth/crypto_onetimeauth.c
    crypto_onetimeauth/poly1305/donna/poly1305_donna.c
    crypto_onetimeauth/poly1305/onetimeauth_poly1305.c
    crypto_onetimeauth/poly1305/sse2/poly1305_sse2.c
    crypto_pwhash/argon2/argon2-core.c
    crypto_pwhash/argon2/argon2-encoding.c
    crypto_pwhash/argon2/argon2-fill-block-avx2.c
    crypto_pwhash/argon2/argon2-fill-block-avx512f.c
    crypto_pwhash/argon2/argon2-fill-block-ref.c
    crypto_pwhash/argon2/argon2-fill-block-ssse3.c
    crypto_pwhash/argon2/argon2.c
    crypto_pwhash/argon2/blake2b-long.c
    crypto_pwhash/argon2/pwhash_argon2i.c
    crypto_pwhash/argon2/pwhash_argon2id.c
    crypto_pwhash/crypto_pwhash.c
    crypto_pwhash/scryptsalsa208sha256/crypto_scrypt-common.c
    crypto_pwhash/scryptsalsa208sha256/nosse/pwhash_scryptsalsa208sha256_nosse.c
    crypto_pwhash/scryptsalsa208sha256/pbkdf2-sha256.c
    crypto_pwhash/scryptsalsa208sha256/pwhash_scryptsalsa208sha256.c
    crypto_pwhash/scryptsalsa208sha256/scrypt_platform.c
    crypto_pwhash/scryptsalsa208sha256/sse/pwhash_scryptsalsa208sha256_sse.c
    crypto_scalarmult/crypto_scalarmult.c
    crypto_scalarmult/curve25519/ref10/x25519_ref10.c
    crypto_scalarmult/curve25519/scalarmult_curve25519.c
    crypto_scalarmult/ed25519/ref10/scalarmult_ed25519_ref10.c
    crypto_scalarmult/ristretto255/ref10/scalarmult_ristretto255_ref10.c
    crypto_secretbox/crypto_secretbox.c
    crypto_secretbox/crypto_secretbox_easy.c
    crypto_secretbox/xchacha20poly1305/secretbox_xchacha20poly1305.c
    crypto_secretbox/xsalsa20poly1305/secretbox_xsalsa20poly1305.c
    crypto_secretstream/xchacha20poly1305/secretstream_xchacha20poly1305.c
    crypto_shorthash/crypto_shorthash.c
    crypto_shorthash/siphash24/ref/shorthash_siphash24_ref.c
    crypto_shorthash/siphash24/ref/shorthash_siphashx24_ref.c
    crypto_shorthash/siphash24/shorthash_siphash24.c
    crypto_shorthash/siphash24/shorthash_siphashx24.c
    crypto_sign/crypto_sign.c
    crypto_sign/ed25519/ref10/keypair.c
    crypto_sign/ed25519/ref10/obsolete.c
    crypto_sign/ed25519/ref10/open.c
    crypto_sign/ed25519/ref10/sign.c
    crypto_sign/ed25519/sign_ed25519.c
    crypto_stream/chacha20/dolbeau/chacha20_dolbeau-avx2.c
    crypto_stream/chacha20/dolbeau/chacha20_dolbeau-ssse3.c
    crypto_stream/chacha20/ref/chacha20_ref.c
    crypto_stream/chacha20/stream_chacha20.c
    crypto_stream/crypto_stream.c
    crypto_stream/salsa20/ref/salsa20_ref.c
    crypto_stream/salsa20/stream_salsa20.c
    crypto_stream/salsa20/xmm6int/salsa20_xmm6int-avx2.c
    crypto_stream/salsa20/xmm6int/salsa20_xmm6int-sse2.c
    crypto_stream/salsa2012/ref/stream_salsa2012_ref.c
    crypto_stream/salsa2012/stream_salsa2012.c
    crypto_stream/salsa208/ref/stream_salsa208_ref.c
    crypto_stream/salsa208/stream_salsa208.c
    crypto_stream/xchacha20/stream_xchacha20.c
    crypto_stream/xsalsa20/stream_xsalsa20.c
    crypto_verify/sodium/verify.c
    randombytes/internal/randombytes_internal_random.c
    randombytes/randombytes.c
    randombytes/sysrandom/randombytes_sysrandom.c
    sodium/codecs.c
    sodium/core.c
    sodium/runtime.c
    sodium/utils.c
    sodium/version.c
)
list(TRANSFORM sodium_sources STRIP)
list(TRANSFORM sodium_sources PREPEND "${sodium_root}/")
foreach(file ${sodium_sources})
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "\"${file}\" is missing: zmqx compiles libsodium 1.0.18, and cannot compile this tree")
  endif()
endforeach()
add_library(sodium STATIC ${sodium_sources})

file(READ "${libsodium_source}/configure.ac" sodium_configure)
function(sodium_read variable pattern)
  if(NOT sodium_configure MATCHES "${pattern}")
    message(FATAL_ERROR "Cannot find ${variable} in \"${libsodium_source}/configure.ac\"")
  endif()
  set(${variable} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()
sodium_read(VERSION "AC_INIT\\(\\[libsodium\\],\\[([^]]+)\\]")
sodium_read(SODIUM_LIBRARY_VERSION_MAJOR "SODIUM_LIBRARY_VERSION_MAJOR=([0-9]+)")
sodium_read(SODIUM_LIBRARY_VERSION_MINOR "SODIUM_LIBRARY_VERSION_MINOR=([0-9]+)")
configure_file("${sodium_root}/include/sodium/version.h.in" "${sodium_generated}/sodium/version.h" @ONLY)
configure_file("${sodium_root}/include/sodium/export.h" "${sodium_generated}/sodium/export.h" COPYONLY)

target_include_directories(
  sodium
  PUBLIC "${sodium_root}/include" "${sodium_generated}"
  PRIVATE "${sodium_root}/include/sodium" "${sodium_generated}/sodium")
target_compile_definitions(
  sodium
  PUBLIC SODIUM_STATIC
  PRIVATE CONFIGURED=1)
set_target_properties(sodium PROPERTIES C_STANDARD 99 C_VISIBILITY_PRESET hidden)

# Each call: the set, the macro libsodium knows it by, compiler flags, a header and a statement that needs it.
function(sodium_simd set macro flags header statement)
  # GCC for Windows does not align the stack to what AVX wants.
  if(MINGW AND set MATCHES "^avx")
    return()
  endif()
  if(MSVC)
    set(flags "")
  endif()
  set(CMAKE_REQUIRED_FLAGS "${flags}")
  check_c_source_compiles("#include <${header}>\nint main(void) { ${statement}; return 0; }" ${macro})
  if(${macro})
    target_compile_definitions(sodium PRIVATE ${macro}=1)
    separate_arguments(flags)
    set(sodium_${set}_flags ${flags} PARENT_SCOPE)
  endif()
endfunction()

sodium_simd(mmx HAVE_MMINTRIN_H "-mmmx" mmintrin.h "__m64 x = _mm_setzero_si64(); (void)x")
sodium_simd(sse2 HAVE_EMMINTRIN_H "-msse2" emmintrin.h "__m128i x = _mm_setzero_si128(); (void)x")
sodium_simd(sse3 HAVE_PMMINTRIN_H "-msse3" pmmintrin.h "__m128 x = _mm_setzero_ps(); x = _mm_addsub_ps(x, x)")
sodium_simd(ssse3 HAVE_TMMINTRIN_H "-msse2 -mssse3" tmmintrin.h
            "__m128i x = _mm_abs_epi32(_mm_setzero_si128()); (void)x")
sodium_simd(sse41 HAVE_SMMINTRIN_H "-msse2 -mssse3 -msse4.1" smmintrin.h
            "__m128i x = _mm_minpos_epu16(_mm_setzero_si128()); (void)x")
sodium_simd(avx HAVE_AVXINTRIN_H "-mavx" immintrin.h "_mm256_zeroall()")
sodium_simd(avx2 HAVE_AVX2INTRIN_H "-msse2 -mssse3 -msse4.1 -mavx -mavx2" immintrin.h
            "__m256i x = _mm256_broadcastsi128_si256(_mm_setzero_si128()); (void)x")
sodium_simd(avx512f HAVE_AVX512FINTRIN_H "-msse2 -mssse3 -msse4.1 -mavx -mavx2 -mavx512f" immintrin.h
            "__m512i x = _mm512_setzero_si512(); x = _mm512_permutexvar_epi64(x, x)")
sodium_simd(aesni HAVE_WMMINTRIN_H "-msse2 -mssse3 -maes -mpclmul" wmmintrin.h
            "__m128i x = _mm_setzero_si128(); x = _mm_clmulepi64_si128(_mm_aesimc_si128(x), x, 0)")
sodium_simd(rdrand HAVE_RDRAND "-mrdrnd" immintrin.h "unsigned long long x; return _rdrand64_step(&x)")

function(sodium_use set)
  list(TRANSFORM ARGN PREPEND "${sodium_root}/")
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "${sodium_${set}_flags}")
endfunction()

sodium_use(sse2 crypto_onetimeauth/poly1305/sse2/poly1305_sse2.c
           crypto_pwhash/scryptsalsa208sha256/sse/pwhash_scryptsalsa208sha256_sse.c
           crypto_stream/salsa20/xmm6int/salsa20_xmm6int-sse2.c)
sodium_use(ssse3 crypto_generichash/blake2b/ref/blake2b-compress-ssse3.c
           crypto_pwhash/argon2/argon2-fill-block-ssse3.c
           crypto_stream/chacha20/dolbeau/chacha20_dolbeau-ssse3.c)
sodium_use(sse41 crypto_generichash/blake2b/ref/blake2b-compress-sse41.c)
sodium_use(avx2 crypto_generichash/blake2b/ref/blake2b-compress-avx2.c
           crypto_pwhash/argon2/argon2-fill-block-avx2.c
           crypto_stream/chacha20/dolbeau/chacha20_dolbeau-avx2.c
           crypto_stream/salsa20/xmm6int/salsa20_xmm6int-avx2.c)
sodium_use(avx512f crypto_pwhash/argon2/argon2-fill-block-avx512f.c)
sodium_use(aesni crypto_aead/aes256gcm/aesni/aead_aes256gcm_aesni.c)
sodium_use(rdrand randombytes/internal/randombytes_internal_random.c)

# What configure would find out about the platform.
test_big_endian(sodium_big_endian)
if(sodium_big_endian)
  target_compile_definitions(sodium PRIVATE NATIVE_BIG_ENDIAN=1)
else()
  target_compile_definitions(sodium PRIVATE NATIVE_LITTLE_ENDIAN=1)
endif()

function(sodium_if_compiles macro source)
  check_c_source_compiles("${source}" ${macro})
  if(${macro})
    target_compile_definitions(sodium PRIVATE ${macro}=1)
  endif()
endfunction()

function(sodium_if_declared macro symbol headers)
  set(CMAKE_REQUIRED_DEFINITIONS -D_GNU_SOURCE -D__STDC_WANT_LIB_EXT1__=1)
  check_symbol_exists(${symbol} "${headers}" ${macro})
  if(${macro})
    target_compile_definitions(sodium PRIVATE ${macro}=1)
  endif()
endfunction()

if(NOT MSVC)
  target_compile_definitions(sodium PRIVATE _GNU_SOURCE=1 HAVE_C_VARARRAYS=1 HAVE_PTHREAD=1)
  target_compile_options(sodium PRIVATE -fno-strict-aliasing -fno-strict-overflow -ffunction-sections -w)
  find_package(Threads REQUIRED)
  target_link_libraries(sodium PUBLIC Threads::Threads)

  sodium_if_compiles(HAVE_TI_MODE "int main(void) { unsigned __int128 x = 1; return (int)(x >> 84); }")
  sodium_if_compiles(HAVE_CPUID "#include <cpuid.h>
    int main(void) { unsigned a, b, c, d; return __get_cpuid(0, &a, &b, &c, &d); }")
  sodium_if_compiles(HAVE_INLINE_ASM
    "int main(void) { int a = 42; int *p = &a; __asm__ __volatile__(\"\" : : \"r\"(p) : \"memory\"); return 0; }")
  # Only for this file, which needs it to find AVX at all: elsewhere it asks for an assembler source.
  check_c_source_compiles("#ifndef __x86_64__
    #error no such instruction
    #endif
    int main(void) { unsigned a; __asm__ __volatile__(\"xgetbv\" : \"=a\"(a) : \"c\"(0) : \"%edx\"); return a; }"
    ZMQX_XGETBV)
  if(ZMQX_XGETBV)
    set_source_files_properties(
      "${sodium_root}/sodium/runtime.c" PROPERTIES COMPILE_DEFINITIONS HAVE_AVX_ASM=1)
  endif()
  sodium_if_compiles(HAVE_WEAK_SYMBOLS "#if !defined(__ELF__) && !defined(__APPLE_CC__)
    #error no weak symbols
    #endif
    __attribute__((weak)) void weak(void) {} int main(void) { weak(); return 0; }")
  sodium_if_compiles(HAVE_ATOMIC_OPS "static volatile int lock;
    int main(void) { __sync_lock_test_and_set(&lock, 1); __sync_lock_release(&lock); return 0; }")
  sodium_if_compiles(CPU_UNALIGNED_ACCESS "#if !(defined(__i386__) || defined(__x86_64__) || defined(__powerpc__) || defined(__s390x__))
    #error aligned access only
    #endif
    int main(void) { return 0; }")

  sodium_if_compiles(HAVE_SYS_MMAN_H "#include <sys/mman.h>\nint main(void) { return 0; }")
  sodium_if_compiles(HAVE_SYS_RANDOM_H "#include <sys/random.h>\nint main(void) { return 0; }")
  sodium_if_compiles(HAVE_ALLOCA_H "#include <alloca.h>\nint main(void) { return 0; }")
  foreach(function mmap mlock madvise mprotect)
    string(TOUPPER "HAVE_${function}" macro)
    sodium_if_declared(${macro} ${function} sys/mman.h)
  endforeach()
  sodium_if_declared(HAVE_ARC4RANDOM arc4random stdlib.h)
  sodium_if_declared(HAVE_ARC4RANDOM_BUF arc4random_buf stdlib.h)
  sodium_if_declared(HAVE_EXPLICIT_BZERO explicit_bzero string.h)
  sodium_if_declared(HAVE_MEMSET_S memset_s string.h)
  sodium_if_declared(HAVE_GETPID getpid unistd.h)
  sodium_if_declared(HAVE_NANOSLEEP nanosleep time.h)
  sodium_if_declared(HAVE_POSIX_MEMALIGN posix_memalign stdlib.h)
  sodium_if_declared(HAVE_GETRANDOM getrandom sys/random.h)
  if(NOT APPLE)
    sodium_if_declared(HAVE_GETENTROPY getentropy unistd.h)
  endif()
endif()
